/** Logs by pino, on stderr: one logger for each part of the arena, each with a level of its own. */
import { type Logger, pino } from 'pino';
import type { ArenaConfig, LoggerName } from './config.ts';

export type Logs = (name: LoggerName) => Logger;

export function createLogs({ level, loggers }: ArenaConfig['log']): Logs {
  const destination = pino.destination({ fd: 2, sync: true });
  // Contests go on when whoever read the log has gone.
  destination.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const base = pino({ level: 'trace', base: null }, destination);
  const made = new Map<LoggerName, Logger>();
  return (name) => {
    const known = made.get(name);
    if (known) return known;
    const logger = base.child({ logger: name }, { level: loggers?.[name] ?? level });
    made.set(name, logger);
    return logger;
  };
}
