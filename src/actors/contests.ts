/**
 * The port through which the edges (HTTP, the bus) launch, steer and read contests. `contest/service.ts` carries it out.
 * Every method rejects with `ArenaError` when it is refused; what resolves is committed.
 */
import type { ContestDocument, ContestSummary, ContestView, RoundDocument } from '../protocol/contest.ts';
import type { ContestAction, CreateContest, ForkContest, PatchContest } from '../protocol/contest-input.ts';
import type { EntryDocument } from '../protocol/entries.ts';
import type { JobNode, JobResponse } from '../protocol/jobs.ts';
import type { AgentRequest } from '../protocol/messages.ts';
import type { SnapshotDocument } from '../protocol/snapshot.ts';
import type { PromptType } from '../protocol/states.ts';

export interface ContestFilter {
  state?: string;
  order?: 'oldest' | 'newest';
  limit?: number;
  offset?: number;
  [field: string]: string | number | undefined;
}

/** Of what begins something: what asked for it, for the record, such as a `traceparent`. */
export interface Launch {
  readonly causedBy?: string | null;
}

export interface Contests {
  create(input: CreateContest, launch?: Launch): Promise<ContestDocument>;
  list(filter: ContestFilter): Promise<ContestSummary[]>;
  get(id: string): Promise<ContestDocument>;
  patch(id: string, patch: PatchContest): Promise<ContestDocument>;
  /** Refused with `conflict` while the contest runs. */
  remove(id: string): Promise<void>;
  /** A command with an id of its own, unlike that of any other command, is carried out once, also after a restart. */
  act(id: string, action: ContestAction, options?: { commandId?: string; onlyIn?: string }): Promise<ContestDocument>;
  /** `instead`: by the seat's id, the participant who takes it in the copy. */
  clone(id: string, instead?: Readonly<Record<string, string>>, launch?: Launch): Promise<ContestDocument>;
  /** A new contest with the rounds up to and with one that has ended, and then its own way. */
  fork(id: string, request: ForkContest, launch?: Launch): Promise<ContestDocument>;
  /** Plays the newest round again from its start; the journal keeps what was played. */
  restartRound(id: string, roundNo: number, options?: { commandId?: string }): Promise<ContestDocument>;
  /** The whole contest as one sealed document. */
  snapshot(id: string): Promise<SnapshotDocument>;
  /**
   * Takes a contest in from its document, and it goes on where it was: under its own id, or as a new one beside it. Rejects with
   * `invalid`, naming the entry, for a document that is not as it was sealed, and with `conflict` when it is here already. Under its own id
   * its entries stay as they are, what caused the first of them too.
   */
  restore(snapshot: SnapshotDocument, options: { asNew: boolean } & Launch): Promise<ContestDocument>;
  /** Health-checks every participant now, as a batch job. */
  verify(id: string, launch?: Launch): Promise<JobResponse>;
  view(id: string, participantId: string): Promise<ContestView>;
  round(id: string, roundNo: number): Promise<RoundDocument>;
  /** The jobs of a contest as a forest, oldest first. */
  jobs(id: string): Promise<JobNode[]>;
  stateAt(id: string, position: number): Promise<ContestDocument>;
  entries(id: string, after: number): Promise<EntryDocument[]>;
  /** Calls back with every committed entry above `after`, in order, without gap or repeat, until stopped. */
  follow(id: string, after: number, callback: (entries: EntryDocument[]) => void): Promise<() => void>;
  /** The request that would be sent now for a prompt type, to the first seat of its role or to the one named. */
  request(id: string, promptType: PromptType, participantId?: string): Promise<AgentRequest>;
}
