/**
 * The people and programs that use a simulated arena: each does one thing after another, gives up waiting after a while, and asks again. When
 * everything has healed, contests that nobody knows of, because the answer that made them was lost, are taken care of as well.
 */
import type { CreateContest } from '../../src/protocol/contest-input.ts';
import { subjects } from '../../src/protocol/subjects.ts';
import type { Draws } from '../support/draws.ts';
import type { ArenaProcess } from './arena-process.ts';
import type { Chaos } from './chaos.ts';
import { createContestUser } from './contest-user.ts';
import { createOwner, type EventLoop, type Owner } from './event-loop.ts';
import { createJobUser, drawTrees, idOfTree } from './job-user.ts';
import type { Network } from './network.ts';
import type { Store } from './store.ts';

export interface UsersOptions {
  readonly loop: EventLoop;
  readonly draws: Draws;
  readonly chaos: Chaos;
  readonly network: Network;
  readonly store: Pick<Store, 'openRoots'>;
  readonly contests: readonly CreateContest[];
  /** The process that is up at this moment. */
  readonly arena: () => ArenaProcess | null;
  /** Told of every reply as it comes. */
  readonly replied: (reply: Reply) => void;
}

/** What somebody was told: that a contest is at a position. */
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
  /** All that there is has ended, as far as they were told. */
  isContent(): boolean;
}

export interface User {
  /** Does the next thing, in the name of the process. */
  next(arena: ArenaProcess): Promise<unknown>;
  isContent(): boolean;
}

const patienceMs = 3_000;
const surveyMs = 2_000;

export function createUsers(options: UsersOptions): Users {
  const { loop, draws, chaos } = options;
  const owner = createOwner('users');
  const trees = drawTrees(draws);
  const users: User[] = trees.map((tree) => createJobUser(tree, draws.fork()));
  const known = new Set<string>();
  let bus: { publish(subject: string, data: string): void } | null = null;
  let isSurveyed = false;

  for (const input of options.contests) users.push(contestUser(input.id ?? '', input));

  function contestUser(id: string, input?: CreateContest): User {
    known.add(`contest/${id}`);
    return createContestUser({
      id,
      ...(input && { input }),
      draws: draws.fork(),
      chaos,
      replied: ({ position }) => options.replied({ contest: id, position }),
      /** The same job id twice advances once, however often the message arrives. */
      advanceOverBus(contest, state) {
        const job = `advance-number-${draws.between(1, 1_000_000)}`;
        const subject = subjects.contestAdvance.build({ contest, state, job });
        loop.soon(owner, () => bus?.publish(subject, ''));
        if (draws.chance(0.5)) loop.soon(owner, () => bus?.publish(subject, ''));
      },
    });
  }

  function begin(user: User): void {
    let attempt = 0;
    let waitsSince: number | null = null;

    function tick(): void {
      loop.after(owner, draws.between(20, 1_500), tick);
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

  /** Looks for contests that nobody takes care of. */
  async function survey(): Promise<void> {
    loop.after(owner, surveyMs, () => void survey());
    if (!chaos.isHealed) return;
    for (const { root } of await options.store.openRoots()) {
      const [kind, id] = root.split('/');
      if (kind !== 'contest' || id === undefined || known.has(root)) continue;
      const user = contestUser(id);
      users.push(user);
      begin(user);
    }
    isSurveyed = true;
  }

  return {
    owner,
    contests: options.contests.map(({ id }) => id ?? ''),
    jobs: trees.map(idOfTree),
    async start() {
      bus = await options.network.busOf(owner).connect({ name: 'users' });
      for (const user of users) begin(user);
      await survey();
    },
    isContent: () => isSurveyed && users.every((user) => user.isContent()),
  };
}
