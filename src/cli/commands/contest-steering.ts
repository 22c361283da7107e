/** `arena contest start|pause|resume|step|retry|cancel|clone`, of one contest or of many. */
import type { Client, ContestAction } from '../../client/client.ts';
import { type ContestDocument, contestDocumentSchema } from '../../protocol/contest.ts';
import { type Context, note, printJson, printLine, type Status } from '../context.ts';
import { ClientError } from '../http-client.ts';
import type { ContestVerb, InvocationOf } from '../invocation.ts';

type Steer = (contests: Client['contests'], id: string) => Promise<ContestDocument>;

const act =
  (action: ContestAction): Steer =>
  (contests, id) =>
    contests.act(id, action);

const steers: Readonly<Record<ContestVerb, Steer>> = {
  start: act('start'),
  pause: act('pause'),
  resume: act('resume'),
  step: act('advance'),
  retry: act('retry'),
  cancel: act('cancel'),
  clone: (contests, id) => contests.clone(id),
};

const summarySchema = contestDocumentSchema.pick({ id: true, state: true, current_round: true, paused: true });

/** Of many, one that is refused does not keep the others from it; then the exit status is 1. */
export async function steerContests(invocation: InvocationOf<'steering'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const { verb, ids, json } = invocation;
  const client = context.client(invocation.url);
  const documents: ContestDocument[] = [];
  for (const given of ids) {
    try {
      const id = await client.idOf('contest', given);
      const document = await steers[verb](client.arena.contests, id);
      documents.push(document);
      if (!json) printLine(terminal, contestLine(document));
    } catch (error) {
      const isRefused = error instanceof ClientError && error.status !== 0;
      if (!isRefused || ids.length === 1) throw error;
      note(terminal, `${given}: ${error.message}`);
    }
  }
  const [only = null] = documents;
  if (json) printJson(terminal, ids.length === 1 ? only : documents);
  return documents.length === ids.length ? 0 : 1;
}

/** A contest in one line. */
export function contestLine(document: unknown): string {
  const { id, state, current_round: round, paused } = summarySchema.parse(document);
  return `${id}: ${state}${paused ? ' (paused)' : ''}${round === null ? '' : `, round ${round + 1}`}`;
}
