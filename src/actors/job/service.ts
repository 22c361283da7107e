/** Carries out what the edges ask about jobs: commands go to the machines, documents come from states while a job is open, then from the table. */
import { hash } from 'node:crypto';
import { canonicalText } from '../../protocol/canonical-text.ts';
import { ArenaError } from '../../protocol/errors.ts';
import { randomId } from '../../protocol/ids.ts';
import { inputProblems, problemsInWords } from '../../protocol/input-problems.ts';
import { type CreateBatch, type CreateJob, createJobSchema } from '../../protocol/job-input.ts';
import type { JobNode, JobResponse, JobSummary, JobTransition } from '../../protocol/jobs.ts';
import { isFinalJobState } from '../../protocol/states.ts';
import { addressOf, contestOf, lastSegment, rootOf } from '../address.ts';
import type { Launch } from '../contests.ts';
import { createGivenIds } from '../given-ids.ts';
import { createEndings } from '../job-endings.ts';
import type { Jobs, JobTable } from '../jobs.ts';
import type { SendOptions } from '../runtime/envelopes.ts';
import type { Feed } from '../runtime/feed.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import type { CommittedEntry, Journal } from '../runtime/journal.ts';
import type { Address } from '../runtime/machine.ts';
import type { Clock } from '../runtime/ports.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { PromptRules } from './attempt.ts';
import { jobResponse, jobSummary, jobTree } from './document.ts';
import { jobHistory, unbegunHistory } from './history.ts';
import type { JobsInMemory } from './jobs-in-memory.ts';
import { createJobListing } from './list-service.ts';
import type { MemoryQuota } from './memory-quota.ts';
import { belongsToContest, givenIds, idOf, idsIn, planAnew, planOf } from './plan.ts';
import { begunAbove, jobIn } from './reading.ts';
import { sentRequest, withData } from './sent-request.ts';
import { isFinalJob, type JobCommand, type JobSpec, type JobState } from './state.ts';

export interface JobServiceOptions {
  readonly runtime: Runtime;
  readonly journal: Pick<Journal, 'load'>;
  readonly feed: Pick<Feed, 'listen'>;
  readonly clock: Clock;
  readonly inMemory: Pick<JobsInMemory, 'addressOf' | 'ofContests'>;
  readonly quota: Pick<MemoryQuota, 'reserve' | 'release' | 'refusal'>;
  readonly table: JobTable;
  /** The data of a prompt, from the states of its root. */
  readonly renderPrompt: PromptRules['render'];
}

interface Found {
  readonly address: Address;
  readonly summary: JobSummary;
  readonly response: JobResponse;
}

/** How long a cancel waits for what is below the job, which takes as long as a commit. */
const cancelSettlesMs = 1_000;

export function createJobService(options: JobServiceOptions): Jobs {
  const { runtime, journal, clock, inMemory, quota, table } = options;
  const endings = createEndings(options.feed, clock);
  const ids = createGivenIds({ inMemory, table });

  async function find(id: string): Promise<Found> {
    const address = inMemory.addressOf(id);
    const found = address === null ? null : await inStates(address);
    if (found) return found;
    const kept = await table.job(id);
    if (!kept) throw new ArenaError({ code: 'not_found', message: `there is no job ${id}` });
    // The table shows an open job as it was a moment ago.
    const { stream, summary, response } = kept;
    return (isOpen(summary) && (await inStates(stream))) || { address: stream, summary, response };
  }

  async function inStates(address: Address): Promise<Found | null> {
    const root = await runtime.read(rootOf(address));
    const job = root && !isRemoved(root) ? jobIn(root, address) : null;
    return job ? { address, summary: jobSummary(address, job), response: jobResponse(job) } : null;
  }

  /** The root with all of its jobs, also those that a contest has no more use for. */
  async function wholeRoot(address: Address): Promise<FoldedRoot> {
    const root = rootOf(address);
    const position = (await runtime.read(root))?.position ?? 0;
    return runtime.readAt(root, position);
  }

  async function specOf(address: Address): Promise<JobSpec> {
    const job = jobIn(await wholeRoot(address), address);
    if (!job) throw new Error(`${address} is in the table and not in its journal`);
    return job.spec;
  }

  async function entriesOf(address: Address): Promise<CommittedEntry[]> {
    const entries = await journal.load(rootOf(address));
    return entries.filter(({ stream }) => stream === address);
  }

  async function historyOfUnbegun(address: Address): Promise<JobTransition[]> {
    const root = await wholeRoot(address);
    const [job, batch] = [jobIn(root, address), begunAbove(root, address)];
    return job && batch ? unbegunHistory(job, batch) : [];
  }

  async function create(input: CreateJob | CreateBatch, launch: Launch = {}): Promise<JobResponse> {
    const chosen = idOf(input);
    const id = chosen ?? randomId();
    const top = addressOf.topJob(id);
    const spec = planOf(input, id, clock.now());
    const twice = firstRepeated(idsIn(id, spec));
    if (twice !== undefined) throw conflict(`the id ${twice} is given to two jobs of the tree`);
    // Its content is in the id of the command that makes it: the same once more is answered, and other content refused.
    const commandId = chosen === undefined ? {} : { commandId: `${top}/${contentHash(input)}` };
    await ids.during(givenIds(input), top, () => begin(top, spec, { ...commandId, ...launch }));
    return answerOf(id);
  }

  async function begin(top: Address, spec: JobSpec, sent: SendOptions = {}): Promise<void> {
    const message: JobCommand = { type: 'create', parent: null, spec };
    // One that is there already takes no more memory.
    if (!quota.reserve(top, spec) && (await runtime.read(top)) === null) throw quota.refusal();
    try {
      await runtime.begin(top, message, sent);
    } catch (error) {
      if (!(error instanceof ArenaError) || error.code !== 'conflict') throw error;
      throw conflict(`job ${lastSegment(top)} exists already, with other content: this one needs another id`, error);
    } finally {
      quota.release(top);
    }
  }

  async function answerOf(id: string): Promise<JobResponse> {
    try {
      return (await find(id)).response;
    } catch (error) {
      if (error instanceof ArenaError && error.code === 'not_found')
        throw conflict(`job ${id} existed and was deleted: a new one needs another id`);
      throw error;
    }
  }

  async function get(id: string, wait?: { waitMs: number; signal?: AbortSignal }): Promise<JobResponse> {
    if (!wait || wait.waitMs <= 0) return (await find(id)).response;
    const ending = endings.await(id, wait.waitMs, wait.signal);
    try {
      const { response } = await find(id);
      if (response.state !== 'pending') return response;
      await ending.over;
      return (await find(id)).response;
    } finally {
      ending.stop();
    }
  }

  async function tell(id: string, verb: string, message: JobCommand): Promise<Address> {
    const { address, summary } = await find(id);
    if (!isOpen(summary)) throw conflict(`job ${id} is ${summary.state}: it cannot be ${verb} any more`);
    try {
      await runtime.request(address, message);
    } catch (error) {
      const isUnbegun = error instanceof ArenaError && error.code === 'not_found';
      throw isUnbegun ? conflict(`job ${id} is ${summary.state}: its batch has not begun it yet`, error) : error;
    }
    return address;
  }

  /** A top job outside of contests, as only such are repeated and deleted. */
  async function findOwn(id: string, verb: string): Promise<Found> {
    const found = await find(id);
    const { contest_id: contest } = found.summary;
    if (contest !== null) throw conflict(`job ${id} belongs to contest ${contest} and cannot be ${verb} by itself`);
    const top = lastSegment(rootOf(found.address));
    if (top !== id) throw conflict(`job ${id} is a part of job ${top}: only that can be ${verb}`);
    return found;
  }

  async function makeAgain(spec: JobSpec, launch: Launch = {}): Promise<JobResponse> {
    const id = randomId();
    await begin(addressOf.topJob(id), planAnew(spec, id), launch);
    return answerOf(id);
  }

  return {
    create,
    async makeJob(body, launch) {
      const read = createJobSchema.safeParse(body);
      if (read.success) return create(read.data, launch);
      const problems = inputProblems(read.error);
      const message = `There is something wrong with the body: ${problemsInWords(problems)}.`;
      throw new ArenaError({ code: 'invalid', message, problems });
    },
    get,
    async tree(id) {
      const { address } = await find(id);
      const node: JobNode | null = jobTree(await wholeRoot(address), address);
      if (!node) throw new Error(`${address} is in the table and not in its journal`);
      return node;
    },
    async history(id) {
      const { address } = await find(id);
      const entries = await entriesOf(address);
      return entries.length > 0 ? jobHistory(address, entries) : historyOfUnbegun(address);
    },
    async request(id, attempt) {
      const { address } = await find(id);
      const sent = sentRequest(address, await entriesOf(address), attempt);
      if (!sent.view || sent.task.type !== 'prompt') return withData(sent, null);
      return withData(sent, options.renderPrompt(await runtime.readAt(rootOf(address), sent.view.position), sent.task));
    },
    list: createJobListing(options),
    async cancel(id) {
      await tell(id, 'cancelled', { type: 'cancel', reason: 'it was cancelled' });
      return get(id, { waitMs: cancelSettlesMs });
    },
    async retry(id, launch) {
      const { address, summary } = await findOwn(id, 'retried');
      if (summary.state !== 'fail' && summary.state !== 'cancelled')
        throw conflict(`job ${id} is ${summary.state}: only one that has failed or was cancelled is retried`);
      return makeAgain(await specOf(address), launch);
    },
    async clone(id, launch) {
      const { address } = await find(id);
      const spec = await specOf(address);
      if (belongsToContest(spec))
        throw conflict(`job ${id} asks something of contest ${contestOf(address)} and means nothing outside of it`);
      return makeAgain(spec, launch);
    },
    async answer(id, response) {
      await tell(id, 'answered', { type: 'answer', from: null, body: JSON.stringify(response), compare_job: false });
      return get(id);
    },
    async remove(id) {
      const { address, summary } = await findOwn(id, 'deleted');
      if (isOpen(summary)) throw conflict(`job ${id} is ${summary.state}: cancel it first`);
      await runtime.request(address, { type: 'remove' });
    },
  };
}

/** A tree of jobs is deleted at its top; a contest looks after itself. */
function isRemoved(root: FoldedRoot): boolean {
  const top = contestOf(root.root) === null ? (root.stateOf(root.root) as JobState | undefined) : undefined;
  return top !== undefined && isFinalJob(top) && top.removed_at !== undefined;
}

function isOpen({ state }: JobSummary): boolean {
  return !isFinalJobState(state);
}

function contentHash(input: CreateJob | CreateBatch): string {
  return hash('sha256', canonicalText(input), 'base64url');
}

function conflict(message: string, cause?: unknown): ArenaError {
  return new ArenaError({ code: 'conflict', message }, { cause });
}

function firstRepeated(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}
