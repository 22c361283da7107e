/** Carries a command out: loads its code, hands it what it may use, and turns what went wrong into a message and an exit status. */
import { ConfigError, loadConfig } from '../config.ts';
import { ArenaError } from '../protocol/errors.ts';
import { type Context, note, type Status, UsageError } from './context.ts';
import { ClientError, createHttpClient } from './http-client.ts';
import type { Invocation } from './invocation.ts';
import type { MainOptions } from './main.ts';
import type { Terminal } from './terminal.ts';

export async function carryOut(invocation: Invocation, options: MainOptions): Promise<Status> {
  try {
    return await dispatch(invocation, contextOf(options));
  } catch (error) {
    return told(error, options.terminal);
  }
}

function contextOf({ terminal, version, loadArena, keepCompiled = () => {} }: MainOptions): Context {
  const config = () => loadConfig(terminal.env);
  return {
    terminal,
    version,
    config,
    loadArena,
    keepCompiled,
    client: (url) =>
      createHttpClient({ url: url ?? terminal.env.ARENA_URL ?? configuredUrl(config().http), clock: terminal.clock }),
  };
}

/** Where a server that listens everywhere can be reached from here. */
function configuredUrl({ host, port }: { host: string; port: number }): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Each command is loaded when it is the one to carry out: what all of them need takes longer to load than most take to run. */
async function dispatch(invocation: Invocation, context: Context): Promise<Status> {
  switch (invocation.command) {
    case 'serve':
      return (await import('./commands/serve.ts')).runServe(invocation, context);
    case 'demo':
      return (await import('./commands/demo.ts')).runDemo(invocation, context);
    case 'rebuild':
      return (await import('./commands/serve.ts')).runRebuild(invocation, context);
    case 'reset':
      return (await import('./commands/serve.ts')).runReset(invocation, context);
    case 'llmmodel':
      return (await import('./commands/llmmodel.ts')).runLlmModel(invocation, context);
    case 'generatejob':
      return (await import('./commands/generatejob.ts')).runGenerateJob(invocation, context);
    case 'model':
      return (await import('./commands/model.ts')).runModel(invocation, context);
    case 'contest':
      return (await import('./commands/contest.ts')).runContest(invocation, context);
    case 'steering':
      return (await import('./commands/contest-steering.ts')).steerContests(invocation, context);
    case 'restore':
      return (await import('./commands/contest.ts')).runRestore(invocation, context);
    case 'job':
      return (await import('./commands/job.ts')).runJob(invocation, context);
    case 'load':
      return (await import('./commands/load.ts')).runLoad(invocation, context);
    case 'top':
      return (await import('./commands/top.ts')).runTop(invocation, context);
    case 'listen':
      return (await import('./commands/listen.ts')).runListen(invocation, context);
    case 'agent_run':
      return (await import('./commands/agent-run.ts')).runAgent(invocation, context);
    case 'eval':
      return (await import('./commands/eval.ts')).runEval(invocation, context);
    case 'agent_check':
      return (await import('./commands/agent-check.ts')).runAgentCheck(invocation, context);
    case 'agent_replay':
      return (await import('./commands/agent-replay.ts')).runAgentReplay(invocation, context);
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
