/**
 * One process of a simulated arena: what plays contests and jobs, put together by the same code as in the program, on the simulated
 * store, network and clock; a host of agents and the commands from the bus beside it.
 */
import type { PlanSource } from '../../src/actors/contest/service.ts';
import type { Contests } from '../../src/actors/contests.ts';
import type { Outbound } from '../../src/actors/job/state.ts';
import type { Jobs } from '../../src/actors/jobs.ts';
import type { Append, Journal } from '../../src/actors/runtime/journal.ts';
import type { Address, Machine } from '../../src/actors/runtime/machine.ts';
import type { Log } from '../../src/actors/runtime/ports.ts';
import type { Runtime } from '../../src/actors/runtime/runtime.ts';
import type { GenerationService } from '../../src/agents/generation/service.ts';
import type { Bus, BusConnection } from '../../src/bridge/bus.ts';
import type { Calls } from '../../src/bridge/calls.ts';
import { takeCommands } from '../../src/bridge/commands.ts';
import type { HttpCaller } from '../../src/bridge/http-call.ts';
import { createPlaying, type Playing } from '../../src/playing.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import type { EventLoop, Owner } from './event-loop.ts';
import { createModelHost, type ModelHostOptions } from './model-host.ts';
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
  const { owner, loop, opened, machineOf, wrapping } = options;
  const log = watchedLog(options.threw);
  const clock = loop.clockOf(owner);
  const same = <T>(value: T): T => value;
  const journal = (wrapping.journal ?? same)(opened.journal);
  const { feed } = opened;
  await opened.startTables();
  const requests = (wrapping.requests ?? same)(await options.bus.connect({ name: 'requests' }));
  const notices = (wrapping.notices ?? same)(await options.bus.connect({ name: 'notices', noEcho: true }));

  const host = await createModelHost({
    ...options.hosting,
    bus: options.bus,
    runtime: () => playing.runtime,
    clock,
    log,
    changed: wrapping.generations ?? same,
  });
  const playing: Playing = createPlaying({
    arenaId,
    machineOf,
    journal,
    feed,
    jobTable: options.store.tables.jobTable(opened.shown),
    clock,
    logs: () => log,
    requests,
    notices,
    http: options.http,
    jobsBytesMax: Number.POSITIVE_INFINITY,
    limits: { inFlightMax: options.inFlightMax, inFlightPerHostMax: Math.max(1, options.inFlightMax - 1) },
    bases: () => ({ arena: 'http://arena.simulated', actor: 'http://actor.simulated' }),
    apiKeyOf: async () => null,
    keeping: null,
    generating: host,
    catalogue: options.catalogue,
    transaction: (work) => inTransaction(work),
    listContests: async () => [],
    agentsOf: async () => ({ agents: [], strategies: [] }),
    drawSeed: () => 1,
    sent: options.sent,
    tuning: { snapshotEvery: options.snapshotEvery, passivateAfterMs: options.passivateAfterMs },
  });
  const { runtime, contests, jobs, calls } = playing;

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
  await playing.start();
  await playing.relay();

  return {
    owner,
    runtime,
    contests,
    jobs,
    calls,
    async stop() {
      playing.quiesce();
      await host.close();
      await playing.stop();
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
