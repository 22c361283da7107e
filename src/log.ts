/** Logs by pino, on stderr: one logger for each part of the arena, each with a level of its own. */
import { type Logger, pino } from 'pino';
import type { ArenaConfig, LoggerName } from './config.ts';

export type Logs = (name: LoggerName) => Logger;

export function createLogs({ level, loggers }: ArenaConfig['log']): Logs {
  const base = pino({ level: 'trace', base: null }, pino.destination({ fd: 2, sync: true }));
  const made = new Map<LoggerName, Logger>();
  return (name) => {
    const known = made.get(name);
    if (known) return known;
    const logger = base.child({ logger: name }, { level: loggers?.[name] ?? level });
    made.set(name, logger);
    return logger;
  };
}
