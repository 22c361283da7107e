/**
 * One process of a simulated arena: the runtime, calls, services, commands from the bus and relay, put together as the program puts
 * them together, on the simulated store, network and clock.
 */
import { lastSegment, parentOf, rootOf } from '../../src/actors/address.ts';
import { createContestService, type PlanSource } from '../../src/actors/contest/service.ts';
import { renderPrompt } from '../../src/actors/contest/view.ts';
import type { Contests } from '../../src/actors/contests.ts';
import { createDerivedPrompts } from '../../src/actors/derived-prompts.ts';
import { callOfJob } from '../../src/actors/job/call.ts';
import { createJobsInMemory } from '../../src/actors/job/jobs-in-memory.ts';
import { createMemoryQuota } from '../../src/actors/job/memory-quota.ts';
import { createJobService } from '../../src/actors/job/service.ts';
import type { JobState, Outbound } from '../../src/actors/job/state.ts';
import type { Jobs } from '../../src/actors/jobs.ts';
import type { Append, Journal } from '../../src/actors/runtime/journal.ts';
import type { Address, Machine } from '../../src/actors/runtime/machine.ts';
import { createPastStates } from '../../src/actors/runtime/past-states.ts';
import type { Log } from '../../src/actors/runtime/ports.ts';
import { createRuntime, type Runtime } from '../../src/actors/runtime/runtime.ts';
import { generationKind } from '../../src/agents/generation/machine.ts';
import type { GenerationService } from '../../src/agents/generation/service.ts';
import type { GenerationOutbound, GenerationState } from '../../src/agents/generation/state.ts';
import type { Bus, BusConnection } from '../../src/bridge/bus.ts';
import { type Calls, createCalls } from '../../src/bridge/calls.ts';
import { takeCommands } from '../../src/bridge/commands.ts';
import type { HttpCaller } from '../../src/bridge/http-call.ts';
import { createRelay } from '../../src/bridge/relay.ts';
import { publicationsOf } from '../../src/machines.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import type { EventLoop, Owner } from './event-loop.ts';
import { createModelHost, type ModelHost, type ModelHostOptions } from './model-host.ts';
import { type OpenStore, StorageFault, type Store } from './store.ts';

/** What a deliberate fault replaces in the composition; nothing of the arena itself is changed. */
export interface Wrapping {
  readonly machineOf?: (address: Address, machine: Machine) => Machine;
  readonly journal?: (journal: Journal) => Journal;
  /** The connection that requests leave by and answers come by. */
  readonly requests?: (connection: BusConnection) => BusConnection;
  /** The connection that notices leave by. */
  readonly notices?: (connection: BusConnection) => BusConnection;
  readonly generations?: (service: GenerationService) => GenerationService;
}

export interface ArenaProcessOptions {
  readonly owner: Owner;
  readonly loop: EventLoop;
  readonly bus: Bus;
  readonly http: HttpCaller;
  readonly store: Store;
  readonly opened: OpenStore;
  readonly machineOf: (address: Address) => Machine;
  readonly machines: readonly Machine[];
  readonly catalogue: Pick<PlanSource, 'arena' | 'participants'>;
  /** What answers for the seats that a language model speaks for. */
  readonly hosting: Pick<ModelHostOptions, 'agents' | 'caller' | 'asked'>;
  readonly wrapping: Wrapping;
  readonly snapshotEvery: number;
  readonly passivateAfterMs: number;
  readonly inFlightMax: number;
  /** Told of everything that a machine sends. */
  readonly sent: (outbound: Outbound, address: Address) => void;
  /** A machine or an edge has thrown. */
  readonly threw: (what: string) => void;
}

export interface ArenaProcess {
  readonly owner: Owner;
  readonly runtime: Runtime;
  readonly contests: Contests;
  readonly jobs: Jobs;
  readonly calls: Calls;
  stop(): Promise<void>;
}

export const arenaId = 'simulated-arena-of-seeds';

/** Resolves when what was under way is back. */
export async function startArenaProcess(options: ArenaProcessOptions): Promise<ArenaProcess> {
  const { owner, loop, opened, machineOf, machines, wrapping } = options;
  const log = watchedLog(options.threw);
  const clock = loop.clockOf(owner);
  const same = <T>(value: T): T => value;
  const journal = (wrapping.journal ?? same)(opened.journal);
  const { feed } = opened;
  await opened.startTables();
  const requests = (wrapping.requests ?? same)(await options.bus.connect({ name: 'requests' }));
  const notices = (wrapping.notices ?? same)(await options.bus.connect({ name: 'notices', noEcho: true }));

  const quota = createMemoryQuota({ feed, bytesMax: Number.POSITIVE_INFINITY });
  const inMemory = createJobsInMemory(quota);
  let calls: Calls | null = null;
  let host: ModelHost | null = null;
  const runtime = createRuntime({
    machines,
    machineOf,
    rootOf,
    parentOf,
    journal,
    clock,
    log,
    snapshotEvery: options.snapshotEvery,
    passivateAfterMs: options.passivateAfterMs,
    send(outbound, address) {
      if (address.startsWith(`${generationKind}/`)) return host?.send(outbound as GenerationOutbound);
      options.sent(outbound as Outbound, address);
      calls?.send(outbound as Outbound, address);
    },
    appeared(address, machine, state) {
      if (machine.kind === generationKind) host?.appeared(state as GenerationState);
      if (machine.kind !== 'job') return;
      inMemory.appeared(address, state as JobState);
      calls?.expect(lastSegment(address), address, callOfJob(state as JobState));
    },
    vanished(address, machine) {
      if (machine.kind !== 'job') return;
      inMemory.vanished(address);
      calls?.forget(lastSegment(address));
    },
  });

  host = await createModelHost({
    ...options.hosting,
    bus: options.bus,
    runtime,
    clock,
    log,
    changed: wrapping.generations ?? same,
  });
  calls = createCalls({
    bus: requests,
    http: options.http,
    clock,
    log,
    tell: (address, command) => runtime.tell(address, command),
    limits: { inFlightMax: options.inFlightMax, inFlightPerHostMax: Math.max(1, options.inFlightMax - 1) },
    bases: () => ({ arena: 'http://arena.simulated', actor: 'http://actor.simulated' }),
    renderAgain: createDerivedPrompts({ runtime, log }),
    apiKeyOf: async () => null,
    keeping: null,
  });

  const contests = createContestService({
    runtime,
    journal,
    feed,
    clock,
    catalogue: options.catalogue,
    transaction: (work) => inTransaction(work),
    listContests: async () => [],
    drawSeed: () => 1,
    quota,
    agentsOf: async () => ({ agents: [], strategies: [] }),
    jobsHere: async (ids) => ids.filter((id) => inMemory.addressOf(id) !== null),
  });
  const jobs = createJobService({
    runtime,
    journal,
    feed,
    clock,
    inMemory,
    quota,
    table: options.store.tables.jobTable(opened.shown),
    renderPrompt,
  });
  /** Resolves with the commit of what is kept in it. */
  async function inTransaction<R>(work: (source: PlanSource) => Promise<R>): Promise<R> {
    const kept: Append[] = [];
    const unmade = () => Promise.reject(new Error('contests are made of what the catalogue has'));
    const append = (one: Append) => void kept.push(one);
    const addMissing = async () => {};
    const result = await work({
      ...options.catalogue,
      createArena: unmade,
      createParticipant: unmade,
      append,
      addMissing,
    });
    await Promise.all(kept.map((one) => appended(journal, one)));
    return result;
  }

  takeCommands({ bus: notices, contests, jobs, log });
  await host.start();
  await runtime.start();
  calls.start();
  const relay = await feed.follow(
    createRelay({
      arenaId,
      bus: notices,
      log,
      publicationsOf,
      withStates: createPastStates({ machineOf, journal }),
    }),
  );

  return {
    owner,
    runtime,
    contests,
    jobs,
    calls,
    async stop() {
      runtime.quiesce();
      await host.close();
      await runtime.stop();
      await relay.stop();
      await requests.close();
      await notices.close();
      await feed.close();
    },
  };
}

function appended(journal: Journal, append: Append): Promise<void> {
  return new Promise((resolve, reject) =>
    journal.append({
      ...append,
      committed(offsets) {
        append.committed(offsets);
        resolve();
      },
      failed(error) {
        append.failed(error);
        reject(error);
      },
    }),
  );
}

/** Storage that fails is reported as such; whatever else is an error should not be. */
function watchedLog(threw: (what: string) => void): Log {
  const nothing = () => {};
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error(fields, message) {
      const error = 'err' in fields ? fields.err : 'error' in fields ? fields.error : null;
      if (error instanceof StorageFault) return;
      if (error instanceof ArenaError && error.code === 'unavailable') return;
      threw(`${message}: ${chainOf(error)}`);
    },
  };
}

function chainOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${chainOf(error.cause)})`;
}
