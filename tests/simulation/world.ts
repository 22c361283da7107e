/**
 * A whole simulated arena, drawn from one seed: time, network, store, agents, hosts, users, and processes that die and start again. For a
 * while anything may break; then everything heals, and all that was begun must end.
 */
import { hash } from 'node:crypto';
import { addressOf } from '../../src/actors/address.ts';
import type { Address, Machine } from '../../src/actors/runtime/machine.ts';
import { machineOf } from '../../src/machines.ts';
import { createDraws } from '../support/draws.ts';
import { createAgents } from './agents.ts';
import { type ArenaProcess, startArenaProcess } from './arena-process.ts';
import { drawCast } from './cast.ts';
import { drawChaos, heal } from './chaos.ts';
import { createEventLoop, createOwner, type Owner } from './event-loop.ts';
import type { DeliberateFault } from './faults.ts';
import { createHosts } from './hosts.ts';
import { createInvariants } from './invariants.ts';
import { createModel } from './model.ts';
import { createNetwork } from './network.ts';
import { repeating } from './repeats.ts';
import { createStore } from './store.ts';
import { createUsers } from './users.ts';

export interface Outcome {
  readonly seed: number;
  /** Broken promises; none when all is well. */
  readonly violations: readonly string[];
  readonly newest: readonly string[];
  /** Of all entries: the same seed gives the same journal. */
  readonly digest: string;
  readonly steps: number;
  readonly entries: number;
  readonly lives: number;
  /** Simulated milliseconds. */
  readonly lastedMs: number;
}

const stepsMax = 20_000;
/** How long everything may take to end after it has healed: the longest time to live of a job, and some retries. */
const endsWithinMs = 600_000;

export async function simulate(seed: number, fault?: DeliberateFault): Promise<Outcome> {
  const draws = createDraws(seed);
  const chaos = drawChaos(draws.fork());
  const loop = createEventLoop(draws.fork());
  const network = createNetwork({ loop, draws: draws.fork(), chaos });
  const store = createStore({ loop, draws: draws.fork(), chaos, isFenced: fault?.isFenced ?? true });
  const cast = drawCast(draws.fork());
  const isModelled = (seat: string) => cast.modelAgents.some((agent) => agent.participant_id === seat);
  const listeners = cast.seats.map(({ id }) => id).filter((id) => !isModelled(id));
  const agents = createAgents({
    loop,
    draws: draws.fork(),
    chaos,
    network,
    seats: cast.seats.map(({ id }) => id),
    listeners,
  });
  const hosts = createHosts({ loop, draws: draws.fork(), chaos, agents });
  const model = createModel({ loop, draws: draws.fork(), chaos, agents });
  const invariants = createInvariants(store);
  const world = createOwner('world');
  const fates = draws.fork();
  const wrapping = fault?.wrap() ?? {};
  const ofArena = (address: Address): Machine =>
    wrapping.machineOf?.(address, machineOf(address)) ?? machineOf(address);
  const machineAt = repeating(ofArena, draws.fork(), chaos);
  const tuning = {
    snapshotEvery: fates.pick([1, 5, 500]),
    passivateAfterMs: fates.pick([20, 500, 30_000]),
    inFlightMax: fates.pick([1, 2, 8]),
  };
  /** Processes that have started and have not been told to stop. */
  const started = new Map<Owner, ArenaProcess>();
  /** The newest of them. */
  let arena: ArenaProcess | null = null;
  /** Whose the store is. */
  let life: Owner | null = null;
  let lives = 0;

  const users = createUsers({
    loop,
    draws: draws.fork(),
    chaos,
    network,
    store,
    contests: cast.contests,
    arena: () => arena,
    replied: invariants.replied,
  });
  agents.watch(invariants.asked);
  network.watch(invariants.arrived);

  function startLife(): void {
    lives += 1;
    const owner = createOwner(`life ${lives}`);
    life = owner;
    loop.soon(owner, () => {
      const opened = store.open(owner, { dies: () => die(owner), lost: () => stopLater(owner, 2_000) });
      startArenaProcess({
        owner,
        loop,
        bus: network.busOf(owner),
        http: hosts.callerOf(owner),
        store,
        opened,
        machineOf: machineAt,
        catalogue: cast.catalogue,
        hosting: {
          agents: cast.modelAgents,
          caller: model.callerOf(owner, (request) => invariants.modelAsked(request, opened.ownedUntil())),
          asked: (request) => invariants.asked(request, `{"of":"a host","data":${JSON.stringify(request.data)}}`),
        },
        wrapping,
        ...tuning,
        sent: (outbound, address) => invariants.sent(outbound, address, opened.ownedUntil()),
        threw: invariants.broken,
      }).then(
        (process) => {
          if (!owner.isAlive) return;
          started.set(owner, process);
          arena = process;
        },
        (error: unknown) => {
          if (!chaos.isHealed || owner !== life) return die(owner);
          invariants.broken(`the arena does not start: ${String(error)}`);
        },
      );
    });
  }

  function die(owner: Owner): void {
    if (!owner.isAlive) return;
    owner.isAlive = false;
    network.end(owner);
    started.delete(owner);
    if (arena?.owner === owner) arena = null;
    if (owner === life) loop.after(world, fates.between(1, 3_000), startLife);
  }

  /** Stops as the program does when it is told to, and is started again. */
  function stop(owner: Owner): void {
    const stopped = started.get(owner);
    if (!stopped) return;
    started.delete(owner);
    if (arena === stopped) arena = null;
    loop.soon(owner, () => void stopped.stop().then(() => die(owner)));
    // A stop that takes too long is ended.
    loop.after(world, 10_000, () => die(owner));
  }

  /** Its lease has run out: another process owns the store, while it goes on until it is refused, at the latest with its next renewal. */
  function loseLease(owner: Owner): void {
    if (!started.has(owner)) return;
    startLife();
    stopLater(owner, 5_000);
  }

  function stopLater(owner: Owner, latestMs: number): void {
    loop.after(world, fates.between(1, latestMs), () => stop(owner));
  }

  function misfortune(): void {
    if (chaos.isHealed) return;
    loop.after(world, fates.between(200, 8_000), misfortune);
    if (!life) return;
    const owner = life;
    fates.pick<() => void>([
      () => die(owner),
      () => stop(owner),
      () => loseLease(owner),
      () => network.cut(owner, fates.between(1, 3_000)),
      () => network.cut(agents.owner, fates.between(1, 3_000)),
    ])();
  }

  loop.soon(world, () => {
    void agents.start();
    void users.start();
    startLife();
  });
  const start = loop.now();
  const healsAt = start + fates.between(2_000, 60_000);
  loop.after(world, fates.between(100, 5_000), misfortune);
  loop.after(world, healsAt - start, () => heal(chaos));

  const isBroken = () => invariants.violations.length > 0;
  const ended = await loop.run({
    isEnough: () => isBroken() || (chaos.isHealed && users.isContent() && isAtRest()),
    between: invariants.check,
    stepsMax,
    until: healsAt + endsWithinMs,
  });

  function currentArena(): ArenaProcess | null {
    return arena;
  }

  function isAtRest(): boolean {
    return arena !== null && started.size === 1 && arena.runtime.stats().live === 0;
  }

  await invariants.check();
  if (!isBroken() && ended !== 'enough') {
    invariants.broken(`it does not end: ${ended}, ${JSON.stringify(currentArena()?.runtime.stats() ?? 'no arena')}`);
  }
  if (!isBroken()) await finish();

  /** Lets the followers of the feed catch up, then judges the end. */
  async function finish(): Promise<void> {
    const lastAt = loop.now();
    let facts: Parameters<typeof invariants.checkEnd>[0] | null = null;
    loop.after(world, 30_000, () => {
      const last = arena;
      if (last)
        facts = {
          begun: [...users.contests.map(addressOf.contest), ...users.jobs.map(addressOf.topJob)],
          read: (root) => last.runtime.read(root),
          callsInFlight: last.calls.stats(),
        };
    });
    await loop.run({
      isEnough: () => facts !== null,
      between: invariants.check,
      stepsMax,
      until: lastAt + 60_000,
    });
    if (facts) await invariants.checkEnd(facts);
    else invariants.broken('there is no arena at the end');
  }

  return {
    seed,
    violations: invariants.violations,
    newest: invariants.newest(30),
    digest: hash('sha256', JSON.stringify(await store.entriesAfter(0))),
    steps: loop.steps,
    entries: store.lastOffset(),
    lives,
    lastedMs: loop.now() - start,
  };
}
