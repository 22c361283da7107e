/** `arena contest start|pause|resume|step|retry|cancel|clone|watch|prompt`; what is on record is `contest-records.ts`, what is carried `contest-carrying.ts`. */
import { z } from 'zod';
import { contestDocumentSchema } from '../../protocol/contest.ts';
import type { Json } from '../../protocol/json.ts';
import { type Context, printJson, printLine, type Status } from '../context.ts';
import type { ContestVerb, InvocationOf } from '../invocation.ts';
import { createShow, silentShow, watchContest } from '../live/watch.ts';
import { carryContest, restoreContest } from './contest-carrying.ts';
import { runContestRecord } from './contest-records.ts';

/** What each verb is called over HTTP. */
const actionOf: Readonly<Record<ContestVerb, string>> = {
  start: 'start',
  pause: 'pause',
  resume: 'resume',
  step: 'advance',
  retry: 'retry',
  cancel: 'cancel',
  clone: 'clone',
};

const summarySchema = contestDocumentSchema.pick({ id: true, state: true, current_round: true, paused: true });

export async function runContest(invocation: InvocationOf<'contest'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const client = context.client(invocation.url);
  const id = await client.idOf('contest', invocation.id);
  const path = `/api/contest/${encodeURIComponent(id)}`;

  switch (invocation.verb) {
    case 'replay':
    case 'verify':
    case 'export':
      return runContestRecord(invocation, context);
    case 'watch':
      return watch(invocation, context, id);
    case 'prompt': {
      const seat = invocation.participantId === undefined ? '' : `/${encodeURIComponent(invocation.participantId)}`;
      printJson(terminal, await client.post(`${path}/prompt/${invocation.promptType}${seat}`));
      return 0;
    }
    case 'snapshot':
    case 'fork':
    case 'restart': {
      const made = await carryContest(invocation, context);
      return made === null ? 0 : printContest(made, invocation, context);
    }
    default:
      return printContest(await client.post(`${path}/${actionOf[invocation.verb]}`), invocation, context);
  }
}

export async function runRestore(invocation: InvocationOf<'restore'>, context: Context): Promise<Status> {
  return printContest(await restoreContest(invocation, context), invocation, context);
}

function printContest(document: Json, { json }: { json: boolean }, { terminal }: Context): Status {
  if (json) printJson(terminal, z.looseObject({}).parse(document));
  else printLine(terminal, summaryLine(summarySchema.parse(document)));
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

function summaryLine(contest: z.infer<typeof summarySchema>): string {
  const round = contest.current_round === null ? '' : `, round ${contest.current_round + 1}`;
  return `${contest.id}: ${contest.state}${contest.paused ? ' (paused)' : ''}${round}`;
}
