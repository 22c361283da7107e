/** The command line: parses, dispatches to the commands, and turns what went wrong into a message and an exit status. */
import { ConfigError, loadConfig } from '../config.ts';
import { ArenaError } from '../protocol/errors.ts';
import { runAgentCheck } from './commands/agent-check.ts';
import { runAgentReplay } from './commands/agent-replay.ts';
import { runAgent } from './commands/agent-run.ts';
import { runContest, runRestore } from './commands/contest.ts';
import { steerContests } from './commands/contest-steering.ts';
import { runDemo } from './commands/demo.ts';
import { runEval } from './commands/eval.ts';
import { runGenerateJob } from './commands/generatejob.ts';
import { runJob } from './commands/job.ts';
import { runListen } from './commands/listen.ts';
import { runLlmModel } from './commands/llmmodel.ts';
import { runLoad } from './commands/load.ts';
import { runModel } from './commands/model.ts';
import { runRebuild, runReset, runServe } from './commands/serve.ts';
import { runTop } from './commands/top.ts';
import { type Context, note, type Status, UsageError } from './context.ts';
import { ClientError, createHttpClient } from './http-client.ts';
import type { Invocation } from './invocation.ts';
import { parse } from './parse.ts';
import type { Terminal } from './terminal.ts';

export interface MainOptions {
  terminal: Terminal;
  version: string;
  loadArena: Context['loadArena'];
}

/** Resolves with the exit status: 0 done, 1 it failed, 2 wrong usage. */
export async function main(args: readonly string[], options: MainOptions): Promise<Status> {
  const { terminal, version } = options;
  const invocation = parse(args, {
    version,
    writeOut: (text) => terminal.out.write(text),
    writeErr: (text) => terminal.err.write(text),
  });
  if (invocation.command === null) return invocation.status;
  try {
    return await dispatch(invocation, contextOf(options));
  } catch (error) {
    return told(error, terminal);
  }
}

function contextOf({ terminal, version, loadArena }: MainOptions): Context {
  const config = () => loadConfig(terminal.env);
  return {
    terminal,
    version,
    config,
    loadArena,
    client: (url) =>
      createHttpClient({ url: url ?? terminal.env.ARENA_URL ?? configuredUrl(config().http), clock: terminal.clock }),
  };
}

/** Where a server that listens everywhere can be reached from here. */
function configuredUrl({ host, port }: { host: string; port: number }): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function dispatch(invocation: Invocation, context: Context): Promise<Status> {
  switch (invocation.command) {
    case 'serve':
      return runServe(invocation, context);
    case 'demo':
      return runDemo(invocation, context);
    case 'rebuild':
      return runRebuild(invocation, context);
    case 'reset':
      return runReset(invocation, context);
    case 'llmmodel':
      return runLlmModel(invocation, context);
    case 'generatejob':
      return runGenerateJob(invocation, context);
    case 'model':
      return runModel(invocation, context);
    case 'contest':
      return runContest(invocation, context);
    case 'steering':
      return steerContests(invocation, context);
    case 'restore':
      return runRestore(invocation, context);
    case 'job':
      return runJob(invocation, context);
    case 'load':
      return runLoad(invocation, context);
    case 'top':
      return runTop(invocation, context);
    case 'listen':
      return runListen(invocation, context);
    case 'agent_run':
      return runAgent(invocation, context);
    case 'eval':
      return runEval(invocation, context);
    case 'agent_check':
      return runAgentCheck(invocation, context);
    case 'agent_replay':
      return runAgentReplay(invocation, context);
  }
}

function told(error: unknown, terminal: Terminal): Status {
  if (error instanceof UsageError || error instanceof ConfigError) {
    note(terminal, error.message);
    return 2;
  }
  if (error instanceof ClientError) {
    note(terminal, error.message);
    const [only, ...more] = error.problems;
    const isSaid = only !== undefined && more.length === 0 && error.message.includes(only.message);
    for (const { path, message } of isSaid ? [] : error.problems)
      note(terminal, `  ${path === '' ? '' : `${path}: `}${message}`);
    return 1;
  }
  if (error instanceof ArenaError && error.code !== 'internal') {
    note(terminal, error.message);
    return error.code === 'invalid' ? 2 : 1;
  }
  note(terminal, error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}
