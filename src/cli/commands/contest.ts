/** `arena contest watch|prompt`, and the way to the others; steering is `contest-steering.ts`, records `contest-records.ts`, carrying `contest-carrying.ts`. */
import { z } from 'zod';
import { type Context, printJson, printLine, type Status } from '../context.ts';
import type { InvocationOf } from '../invocation.ts';
import { createShow, silentShow, watchContest } from '../live/watch.ts';
import { carryContest, restoreContest } from './contest-carrying.ts';
import { runContestRecord } from './contest-records.ts';
import { contestLine } from './contest-steering.ts';

export async function runContest(invocation: InvocationOf<'contest'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const client = context.client(invocation.url);
  const id = await client.idOf('contest', invocation.id);

  switch (invocation.verb) {
    case 'replay':
    case 'verify':
    case 'export':
      return runContestRecord(invocation, context);
    case 'watch':
      return watch(invocation, context, id);
    case 'prompt': {
      const { promptType, participantId } = invocation;
      printJson(terminal, await client.arena.contests.prompt(id, promptType, participantId));
      return 0;
    }
    case 'snapshot':
    case 'fork':
    case 'restart': {
      const made = await carryContest(invocation, context);
      return made === null ? 0 : printContest(made, invocation, context);
    }
  }
}

export async function runRestore(invocation: InvocationOf<'restore'>, context: Context): Promise<Status> {
  return printContest(await restoreContest(invocation, context), invocation, context);
}

function printContest(document: unknown, { json }: { json: boolean }, { terminal }: Context): Status {
  if (json) printJson(terminal, z.looseObject({}).parse(document));
  else printLine(terminal, contestLine(document));
  return 0;
}

/** Succeeds when the contest was played to its end. */
async function watch(invocation: InvocationOf<'contest'>, context: Context, contestId: string): Promise<Status> {
  const { terminal } = context;
  const client = context.client(invocation.url);
  const show = invocation.json ? silentShow : createShow(terminal.out, terminal.env);
  const contest = await watchContest({ client, contestId, terminal, show });
  if (invocation.json) printJson(terminal, contest);
  return contest.state === 'fail' || contest.state === 'cancelled' ? 1 : 0;
}
