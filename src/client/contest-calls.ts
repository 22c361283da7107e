/** Contests as a program handles them: launched, steered, followed, looked into, and carried elsewhere. */
import { type Calls, type ListQuery, pathOf, type Success, segment } from './calls.ts';
import type {
  AgentRequest,
  Audit,
  ContestAction,
  ContestDocument,
  ContestInput,
  ContestOverview,
  ContestPatch,
  ContestSummary,
  ContestView,
  EntryDocument,
  ForkInput,
  JobNode,
  JobResponse,
  PromptType,
  RoundDocument,
  SnapshotDocument,
  TurnFormat,
} from './documents.ts';
import { type FollowOptions, followEntries } from './entry-stream.ts';
import type { Pause } from './pause.ts';
import { queryOf, type Requests } from './requests.ts';

export function contestCalls(
  { get, post, patch, delete: remove, bytes, text }: Calls,
  requests: Requests,
  pause: Pause,
) {
  const at = (id: string, inside = '') => `${pathOf('contest', id)}${inside}`;
  return {
    list: (query: ListQuery = {}): Promise<ContestSummary[]> => get(`/api/contest${queryOf(query)}`),
    /** A short row of each contest that changed after a cursor (0: of every contest), and the cursor to go on from. */
    overview: (after = 0): Promise<ContestOverview> => get(`/api/contest/overview${queryOf({ after })}`),
    get: (id: string): Promise<ContestDocument> => get(at(id)),
    /** The same as a page of Markdown. */
    markdown: (id: string): Promise<string> => text(at(id, '.md')),
    create: (input: ContestInput): Promise<ContestDocument> => post('/api/contest', input),
    patch: (id: string, change: ContestPatch): Promise<ContestDocument> => patch(at(id), change),
    remove: (id: string): Promise<Success> => remove(at(id)),

    /** The same key twice acts once, so that a call whose answer was lost can be made again. */
    act: (id: string, action: ContestAction, key?: string): Promise<ContestDocument> =>
      post(at(id, `/${action}`), undefined, key === undefined ? {} : { 'idempotency-key': key }),
    /** Plays the newest round again from its start. */
    restartRound: (id: string, roundNo: number): Promise<ContestDocument> => post(at(id, `/round/${roundNo}/restart`)),
    /** Asks everybody now whether they are well: the job is still pending. */
    verify: (id: string): Promise<JobResponse> => post(at(id, '/verify')),

    /** A new contest with the same set-up. `participants`: by a seat's id, who takes it in the copy. */
    clone: (id: string, participants?: Readonly<Record<string, string>>): Promise<ContestDocument> =>
      post(at(id, '/clone'), participants && { participants }),
    /** A new contest with the rounds up to and with that one. */
    fork: (id: string, input: ForkInput): Promise<ContestDocument> => post(at(id, '/fork'), input),
    /** The whole contest as one sealed document. */
    snapshot: (id: string): Promise<SnapshotDocument> => get(at(id, '/snapshot')),
    /** Takes a contest in, under its own id or as a new one; it goes on where it was. */
    restore: (snapshot: SnapshotDocument, { asNew = false } = {}): Promise<ContestDocument> =>
      post(`/api/contest/restore${queryOf({ as_new: asNew || undefined })}`, snapshot),

    round: (id: string, roundNo: number): Promise<RoundDocument> => get(at(id, `/round/${roundNo}`)),
    /** What a seat sees of it. */
    view: (id: string, participantId: string): Promise<ContestView> => get(at(id, `/view/${segment(participantId)}`)),
    jobs: (id: string): Promise<JobNode[]> => get(at(id, '/job')),
    stateAt: (id: string, position: number): Promise<ContestDocument> =>
      get(at(id, `/state${queryOf({ at: position })}`)),
    entries: (id: string, after = 0): Promise<EntryDocument[]> => get(at(id, `/events${queryOf({ after })}`)),
    /** Every entry above `after`, once and in order, over as many connections as it takes, until `break`, or the signal is aborted. */
    follow: (id: string, follow: FollowOptions = {}): AsyncGenerator<EntryDocument, void, undefined> =>
      followEntries(requests, pause, id, follow),
    /** The request that would be sent now, without sending it. */
    prompt: (id: string, promptType: PromptType, participantId?: string): Promise<AgentRequest> =>
      post(at(id, `/prompt/${promptType}${participantId === undefined ? '' : `/${segment(participantId)}`}`)),
    /** Whether its journal holds, and what does not. */
    audit: (id: string): Promise<Audit> => get(at(id, '/audit')),
    /** Its turns as a file. */
    export: (id: string, format: TurnFormat = 'jsonl'): Promise<Uint8Array<ArrayBuffer>> =>
      bytes(at(id, `/export${queryOf({ format })}`)),
  };
}
