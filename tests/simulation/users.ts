/**
 * The people and programs that use a simulated arena: they make contests and trees of jobs, steer them, ask again what they got no answer
 * to, and, when everything has healed, see to it that what was begun is played to its end.
 */
import type { ContestAction, CreateContest } from '../../src/protocol/contest-input.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import { type CreateBatch, type CreateJob, createBatchSchema, createJobSchema } from '../../src/protocol/job-input.ts';
import type { ContestStateName } from '../../src/protocol/states.ts';
import { subjects } from '../../src/protocol/subjects.ts';
import type { ArenaProcess } from './arena-process.ts';
import type { Chaos } from './chaos.ts';
import type { Draws } from './draws.ts';
import { createOwner, type EventLoop, type Owner } from './event-loop.ts';
import type { Network } from './network.ts';

export interface UsersOptions {
  readonly loop: EventLoop;
  readonly draws: Draws;
  readonly chaos: Chaos;
  readonly network: Network;
  readonly contests: readonly CreateContest[];
  /** The process that is up at this moment. */
  readonly arena: () => ArenaProcess | null;
  /** Told of every reply as it comes. */
  readonly replied: (reply: Reply) => void;
}

/** What somebody was told: that a contest is at a position, or what a command with an id of its own has come to. */
export interface Reply {
  readonly contest: string;
  readonly position: number;
}

export interface Users {
  readonly owner: Owner;
  /** What was asked for, and is to come to an end. */
  readonly contests: readonly string[];
  readonly jobs: readonly string[];
  start(): Promise<void>;
  /** All that they began has ended, as far as they were told. */
  isContent(): boolean;
}

/** Somebody who does one thing after another; who gets no answer gives up waiting after a while and asks again. */
interface User {
  /** The next thing to do, in the name of the process; null when there is nothing left. */
  next(arena: ArenaProcess): Promise<unknown>;
  isContent(): boolean;
}

const patienceMs = 3_000;

export function createUsers(options: UsersOptions): Users {
  const { loop, draws, chaos } = options;
  const owner = createOwner('users');
  const trees = drawTrees(draws);
  const contestUsers = options.contests.map((input) => contestUser(input));
  const jobUsers = trees.map((tree) => jobUser(tree));

  function contestUser(input: CreateContest): User {
    const id = input.id ?? '';
    let isMade = false;
    let isOver = false;
    let commands = 0;
    let cancels = draws.chance(0.1);
    let repeated: { action: ContestAction; commandId: string } | null = null;

    const note = (document: { state: ContestStateName; position: number; paused: boolean }) => {
      isMade = true;
      isOver = document.state === 'complete' || document.state === 'cancelled';
      options.replied({ contest: id, position: document.position });
      return document;
    };

    function drawAction(state: ContestStateName, paused: boolean): ContestAction | null {
      if (state === 'created') return 'start';
      if (state === 'fail') return 'retry';
      if (paused && draws.chance(0.7)) return 'resume';
      if (chaos.isHealed) return input.auto_advance ? null : 'advance';
      if (cancels && draws.chance(0.2)) {
        cancels = false;
        return 'cancel';
      }
      return draws.chance(0.1) ? 'pause' : 'advance';
    }

    /** With an id of its own now and then, and the same once more when its answer may have been lost. */
    function act(arena: ArenaProcess, action: ContestAction): Promise<unknown> {
      commands += 1;
      if (repeated && draws.chance(0.5)) ({ action } = repeated);
      else repeated = draws.chance(0.5) ? { action, commandId: `${id}-command-${commands}` } : null;
      return arena.contests.act(id, action, repeated ? { commandId: repeated.commandId } : {}).then(note);
    }

    return {
      isContent: () => isOver,
      async next(arena) {
        if (!isMade) {
          try {
            return note(await arena.contests.create(input));
          } catch (error) {
            if (!(error instanceof ArenaError) || error.code !== 'conflict') throw error;
          }
        }
        const { state, paused } = note(await arena.contests.get(id));
        const action = isOver ? null : drawAction(state, paused);
        if (!action) return null;
        if (action === 'advance' && draws.chance(0.3)) return advanceOverBus(id, state);
        return act(arena, action);
      },
    };
  }

  /** The same job id twice advances once, however often the message arrives. */
  async function advanceOverBus(contest: string, state: ContestStateName): Promise<void> {
    const job = `advance-number-${draws.between(1, 1_000_000)}`;
    const subject = subjects.contestAdvance.build({ contest, state, job });
    loop.soon(owner, () => bus?.publish(subject, ''));
    if (draws.chance(0.5)) loop.soon(owner, () => bus?.publish(subject, ''));
  }

  function jobUser(tree: CreateJob | CreateBatch): User {
    const id = ('batch' in tree ? tree.batch.id : tree.id) ?? '';
    let isMade = false;
    let isOver = false;
    const cancels = draws.chance(0.15);
    return {
      isContent: () => isOver,
      async next(arena) {
        // The same content under the same id is the same job, however often it is asked for.
        const response = !isMade || draws.chance(0.2) ? await arena.jobs.create(tree) : await arena.jobs.get(id);
        isMade = true;
        isOver = response.state !== 'pending';
        if (cancels && !isOver && draws.chance(0.3)) await arena.jobs.cancel(id);
      },
    };
  }

  let bus: { publish(subject: string, data: string): void } | null = null;

  function begin(user: User): void {
    let attempt = 0;
    let waitsSince: number | null = null;

    function tick(): void {
      loop.after(owner, draws.between(20, chaos.isHealed ? 300 : 1_500), tick);
      const arena = options.arena();
      if (!arena?.owner.isAlive || user.isContent()) return;
      if (waitsSince !== null && loop.now() - waitsSince < patienceMs) return;
      attempt += 1;
      waitsSince = loop.now();
      const own = attempt;
      const done = () => {
        if (own === attempt) waitsSince = null;
      };
      loop.soon(arena.owner, () => void user.next(arena).then(done, done));
    }

    tick();
  }

  return {
    owner,
    contests: options.contests.map(({ id }) => id ?? ''),
    jobs: trees.map((tree) => ('batch' in tree ? tree.batch.id : tree.id) ?? ''),
    async start() {
      bus = await options.network.busOf(owner).connect({ name: 'users' });
      for (const user of [...contestUsers, ...jobUsers]) begin(user);
    },
    isContent: () => [...contestUsers, ...jobUsers].every((user) => user.isContent()),
  };
}

const policies = ['fail_fast', 'wait_all', 'ignore'] as const;

function drawTrees(draws: Draws): (CreateJob | CreateBatch)[] {
  return Array.from({ length: draws.between(0, 2) }, (_, index) => drawTree(`tree-number-${index}`, 2, draws));
}

function drawTree(id: string, depth: number, draws: Draws): CreateJob | CreateBatch {
  if (depth === 0 || draws.chance(0.3)) return createJobSchema.parse(drawJob(id, draws));
  const children = Array.from({ length: draws.between(0, 3) }, (_, index) =>
    drawTree(`${id}x${index}`, depth - 1, draws),
  );
  return createBatchSchema.parse({ batch: drawJob(id, draws), children, on_child_failure: draws.pick(policies) });
}

function drawJob(id: string, draws: Draws): object {
  const call = draws.pick<() => object>([
    () => ({ method: draws.pick(['GET', 'POST']), url: `http://host-${draws.between(1, 2)}.simulated/$JOB$` }),
    () => ({ method: 'MESSAGE', channel: `told.${id}`, data: { by: id } }),
    () => ({ method: 'FINAL' }),
  ])();
  return {
    id,
    ...call,
    priority: draws.between(1, 10),
    ttl_ms: draws.pick([5_000, 60_000]),
    timeout_ms: draws.pick([300, 1_500]),
    max_attempts: draws.between(1, 3),
    ...(draws.chance(0.3) ? { delay: draws.between(0, 2_000) } : {}),
  };
}
