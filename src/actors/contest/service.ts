/** Carries out what the edges ask about contests: commands go to the machines, documents come from folds and tables. */
import type { ContestDocument, ContestSummary } from '../../protocol/contest.ts';
import type { ContestAction, CreateContest } from '../../protocol/contest-input.ts';
import { ArenaError, refuseProblems } from '../../protocol/errors.ts';
import { randomId } from '../../protocol/ids.ts';
import { addressOf } from '../address.ts';
import type { ContestFilter, Contests, Launch } from '../contests.ts';
import { jobForest } from '../job/document.ts';
import type { Feed } from '../runtime/feed.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import type { Append, Journal } from '../runtime/journal.ts';
import type { Address } from '../runtime/machine.ts';
import type { Clock } from '../runtime/ports.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { contestDocument, roundDocuments } from './document.ts';
import { createContestEntries } from './entries-service.ts';
import { forkOf } from './fork.ts';
import { createHealthChecks, type HealthChecksOptions } from './health-service.ts';
import { type ArenaEntity, checkContestInput, type ParticipantEntity, planContest } from './plan.ts';
import { contestIn, roundsIn, setupIn } from './reading.ts';
import { requestNow } from './request.ts';
import { createSnapshots, type RestoreTransaction, type SnapshotsOptions } from './snapshot-service.ts';
import { type ContestCommand, type ContestOrigin, type ContestPlan, isAtWork, type Past, type Seat } from './state.ts';
import { successionProblems, successorsOf, takenOver } from './succession.ts';
import { contestView } from './view.ts';

/** What a contest needs of the catalogue, within one transaction. */
export interface PlanSource {
  arena(id: string): Promise<ArenaEntity>;
  /** In the order of their ids. */
  participants(ids: readonly string[]): Promise<ParticipantEntity[]>;
  createArena(input: NonNullable<CreateContest['arena']>): Promise<ArenaEntity>;
  createParticipant(input: NonNullable<CreateContest['participants']>[number]): Promise<ParticipantEntity>;
  /** Keeps the contest's first entry in the same transaction. */
  append(append: Append): void;
  addMissing: RestoreTransaction['addMissing'];
}

type EntitySource = Pick<PlanSource, 'arena' | 'participants' | 'createArena' | 'createParticipant'>;

export interface ContestServiceOptions extends Pick<SnapshotsOptions, 'agentsOf' | 'jobsHere'> {
  readonly runtime: Runtime;
  readonly journal: Journal;
  readonly feed: Feed;
  readonly clock: Clock;
  /** Looks entities up, without a transaction. */
  readonly catalogue: Pick<PlanSource, 'arena' | 'participants'>;
  readonly transaction: <R>(work: (source: PlanSource) => Promise<R>) => Promise<R>;
  readonly listContests: (filter: ContestFilter) => Promise<ContestSummary[]>;
  readonly drawSeed: () => number;
  readonly quota: HealthChecksOptions['quota'];
}

/** `verifyParticipant` is asked about participants of the catalogue, in or out of a contest. */
export type ContestService = Contests & {
  verifyParticipant(id: string, launch?: Launch): ReturnType<Contests['verify']>;
};

export function createContestService(options: ContestServiceOptions): ContestService {
  const { runtime, journal, feed, clock } = options;
  const snapshots = createSnapshots(options);
  const entries = createContestEntries({ journal, feed, root });
  const health = createHealthChecks(options);
  const withoutTransaction: EntitySource = {
    ...options.catalogue,
    createArena: madeOutside,
    createParticipant: madeOutside,
  };

  async function root(id: string): Promise<FoldedRoot> {
    const folded = await runtime.read(addressOf.contest(id));
    if (!folded || contestIn(folded).removed_at !== null) throw notFound(id);
    return folded;
  }

  async function document(id: string): Promise<ContestDocument> {
    return contestDocument(await root(id));
  }

  async function command(id: string, message: ContestCommand, commandId?: string): Promise<ContestDocument> {
    await runtime.request(addressOf.contest(id), message, commandId === undefined ? {} : { commandId });
    return document(id);
  }

  async function create(input: CreateContest, launch: Launch = {}): Promise<ContestDocument> {
    checkContestInput(input);
    const id = input.id ?? randomId();
    if (input.id !== undefined && (await runtime.read(addressOf.contest(id)))) throw alreadyThere(id);
    const needsMaking = input.arena !== undefined || (input.participants ?? []).length > 0;
    if (needsMaking) await makeAndBegin(id, input, launch);
    else await begin(id, { ...(await planFrom(input, withoutTransaction)), start: input.start }, null, launch);
    const made = await document(id);
    return input.start && made.state === 'created' ? startMade(id) : made;
  }

  /** A caller who is refused only the start has to know that there is a contest by now. */
  async function startMade(id: string): Promise<ContestDocument> {
    try {
      return await command(id, { type: 'start' });
    } catch (cause) {
      if (!(cause instanceof ArenaError)) throw cause;
      const { code, message, problems } = cause;
      throw new ArenaError(
        { code, message: `contest ${id} is made but was not started: ${message}`, problems },
        { cause },
      );
    }
  }

  function begin(
    id: string,
    plan: ContestPlan & { readonly past?: Past; readonly start?: boolean },
    origin: ContestOrigin | null,
    sent: Launch & { append?: (append: Append) => void } = {},
  ): Promise<unknown> {
    const message = { type: 'create', origin, ...plan } as ContestCommand;
    return runtime.begin(addressOf.contest(id), message, sent);
  }

  /**
   * Begins a contest in the transaction that makes what it is given inline. The reply comes with the commit, and a refusal
   * after a look at the journal, which waits for the transaction: so neither is awaited within it. A refusal ends the transaction
   * with everything that was made for the contest, and is what the caller hears.
   */
  async function makeAndBegin(id: string, input: CreateContest, launch: Launch): Promise<void> {
    let begun: Promise<unknown> | null = null;
    try {
      await options.transaction(async (source) => {
        const plan = await planFrom(input, source);
        let isKept = false;
        const append = (kept: Append) => {
          isKept = true;
          source.append(kept);
        };
        begun = begin(id, { ...plan, start: input.start }, null, { ...launch, append });
        // A refusal may be there before it is awaited.
        begun.catch(() => {});
        if (!isKept) throw new Error(`contest ${id} was not begun`);
      });
    } finally {
      await begun;
    }
  }

  async function planFrom(input: CreateContest, source: EntitySource): Promise<ContestPlan> {
    const arena = input.arena ? await source.createArena(input.arena) : await source.arena(input.arena_id ?? '');
    const participants = [...(await source.participants(input.participant_ids ?? []))];
    for (const inline of input.participants ?? []) participants.push(await source.createParticipant(inline));
    return planContest(input, arena, participants, options.drawSeed());
  }

  /** One transition of whichever machine is due: the contest, or the setup or round that it waits for. */
  async function advance(
    id: string,
    { commandId, onlyIn }: { commandId?: string; onlyIn?: string },
  ): Promise<ContestDocument> {
    const folded = await root(id);
    const target = dueMachine(folded, onlyIn);
    // A phase is in the state that the contest is said to be in as long as the contest waits for it.
    const isMet = onlyIn === undefined || (target !== folded.root && onlyIn === contestIn(folded).state);
    const message = isMet ? { type: 'advance' } : { type: 'advance', in: onlyIn };
    await runtime.request(target, message, commandId === undefined ? {} : { commandId });
    return document(id);
  }

  function seatOf(folded: FoldedRoot, participantId: string): Seat {
    const contest = contestIn(folded);
    const seat = contest.seats.find((candidate) => candidate.id === participantId);
    if (!seat)
      throw new ArenaError({ code: 'not_found', message: `contest ${contest.id} has no participant ${participantId}` });
    return seat;
  }

  return {
    create,
    list: options.listContests,
    get: document,
    patch: (id, settings) => root(id).then(() => command(id, { type: 'adjust', settings })),
    async remove(id) {
      await root(id);
      await runtime.request(addressOf.contest(id), { type: 'remove' });
    },
    async act(id, action, sent = {}) {
      if (action === 'advance') return advance(id, sent);
      await root(id);
      return command(id, { type: action } satisfies { type: Exclude<ContestAction, 'advance'> }, sent.commandId);
    },
    async clone(id, instead = {}, launch) {
      const { arena, seats: present, settings } = contestIn(await root(id));
      const successors = successorsOf(instead, await options.catalogue.participants(Object.values(instead)));
      refuseProblems(successionProblems(present, successors, 'participants'));
      const seats = present.map((seat) => takenOver(seat, successors));
      const copy = randomId();
      await begin(copy, { arena, seats, settings }, { clone_of: id }, launch);
      return document(copy);
    },
    async fork(id, request, launch) {
      const folded = await root(id);
      const successors = await options.catalogue.participants(Object.values(request.overrides.participants ?? {}));
      const plan = forkOf(folded, request, successors);
      const { round_no } = request;
      const entries = await journal.load(folded.root);
      const end = entries.findLast(({ stream }) => stream === addressOf.round(id, round_no));
      const copy = randomId();
      await begin(copy, plan, { fork_of: id, round_no, position: end?.position ?? folded.position }, launch);
      return document(copy);
    },
    async restartRound(id, roundNo, { commandId } = {}) {
      await root(id);
      await command(id, { type: 'restart_round', round_no: roundNo }, commandId);
      // Whatever is said to the round now comes behind the order to restart: once it is answered, the round has followed that.
      await runtime.request(addressOf.round(id, roundNo), { type: 'proceed' });
      return document(id);
    },
    snapshot: (id) => root(id).then(() => snapshots.take(id)),
    restore: async (snapshot, how) => document(await snapshots.restore(snapshot, how)),
    verify: async (id, launch) => health.ofContest(contestIn(await root(id)), launch),
    verifyParticipant: health.ofParticipant,
    async view(id, participantId) {
      const folded = await root(id);
      return contestView(folded, seatOf(folded, participantId));
    },
    async round(id, roundNo) {
      const folded = await root(id);
      const round = roundDocuments(folded, contestIn(folded)).find((one) => one.round_no === roundNo);
      if (!round) throw new ArenaError({ code: 'not_found', message: `contest ${id} has no round ${roundNo}` });
      return round;
    },
    async jobs(id) {
      const { position } = await root(id);
      return jobForest(await runtime.readAt(addressOf.contest(id), position));
    },
    async stateAt(id, position) {
      await root(id);
      return contestDocument(await runtime.readAt(addressOf.contest(id), position));
    },
    entries: entries.entries,
    follow: entries.follow,
    async request(id, promptType, participantId) {
      return requestNow(await root(id), promptType, participantId, clock.now());
    },
  };
}

/** The machine that is stopped before a transition; without one the contest, which says what it makes of it. */
function dueMachine(folded: FoldedRoot, onlyIn: string | undefined): Address {
  const contest = contestIn(folded);
  if (contest.halted || !isAtWork(contest)) return addressOf.contest(contest.id);
  const round = roundsIn(folded, contest).at(-1);
  if (round && (round.halted || round.state === onlyIn)) return addressOf.round(contest.id, round.round_no);
  const setup = setupIn(folded, contest);
  if (setup && (setup.halted || setup.state === onlyIn)) return addressOf.setup(contest.id);
  return addressOf.contest(contest.id);
}

/** What is given inline and what is made of it are kept together or not at all. */
async function madeOutside(): Promise<never> {
  throw new Error('what is given inline is made within a transaction');
}

function notFound(id: string): ArenaError {
  return new ArenaError({ code: 'not_found', message: `there is no contest ${id}` });
}

function alreadyThere(id: string): ArenaError {
  return new ArenaError({
    code: 'conflict',
    message: `contest ${id} exists already: a new one needs another id, or none`,
  });
}
