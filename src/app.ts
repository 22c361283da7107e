/** Puts the arena together, once: storage, bus, actors, agents, HTTP. Everything else takes what it needs as arguments. */
import { randomInt } from 'node:crypto';
import { createRecords } from './actors/contest/records-service.ts';
import type { PlanSource } from './actors/contest/service.ts';
import type { Contests } from './actors/contests.ts';
import type { Jobs } from './actors/jobs.ts';
import type { Feed } from './actors/runtime/feed.ts';
import type { Log } from './actors/runtime/ports.ts';
import { createPrompts } from './agents/prompts/prompts.ts';
import type { Bus } from './bridge/bus.ts';
import { createLocalBus } from './bridge/bus-local.ts';
import { createHttpCaller } from './bridge/http-call.ts';
import { natsServers } from './bridge/nats-url.ts';
import { createOutboundGate } from './bridge/outbound-gate.ts';
import type { ArenaConfig } from './config.ts';
import { createGenerating } from './generating.ts';
import { createHosting } from './hosting.ts';
import { createHttpServer } from './http/server.ts';
import { createLogs } from './log.ts';
import { machineOf, projection } from './machines.ts';
import { createObserving, serveOnBus } from './observing.ts';
import type { Catalogue } from './persistence/catalogue/catalogue.ts';
import type { CatalogueTransaction } from './persistence/catalogue/catalogue-transaction.ts';
import { addMissingParts, agentsOfParticipants } from './persistence/catalogue/contest-parts.ts';
import { openPersistence, type PersistenceOptions } from './persistence/persistence.ts';
import { listContests } from './persistence/tables/contest-list.ts';
import { createJobTable } from './persistence/tables/job-table.ts';
import { createPlaying, type Playing } from './playing.ts';
import { processClock as clock } from './process-clock.ts';
import { packageVersion } from './version.ts';

export interface Arena {
  /** Where its HTTP server listens, once started. */
  readonly url: string | null;
  readonly contests: Contests;
  readonly jobs: Jobs;
  readonly catalogue: Catalogue;
  /** What is committed, for whoever embeds the arena: to follow it, to count it. */
  readonly feed: Feed;
  /** Listens, brings back what was under way, and tells of what was not told yet. */
  start(): Promise<void>;
  /** Stops taking work, lets what is being written finish, and closes everything. */
  close(): Promise<void>;
  /** Makes the tables for people anew from the journal. */
  rebuild(): Promise<unknown>;
  /** Empties the database. Instead of starting: what is in memory is not what is kept any more. */
  reset(options: { keepModels: boolean }): Promise<void>;
}

export interface ArenaOptions extends Pick<PersistenceOptions, 'waitForOwnership' | 'stopWaiting' | 'onLost'> {
  /** Instead of the configured bus, such as an in-process one that the caller's own agents are on. Closed with the arena. */
  readonly bus?: Bus;
  /** A host of agents and no arena: it makes no contests and takes no commands from the bus. */
  readonly only?: 'agents';
}

export async function createArena(config: ArenaConfig, options: ArenaOptions = {}): Promise<Arena> {
  const { bus: givenBus, only, ...ownership } = options;
  const logs = createLogs(config.log);
  const prompts = createPrompts();
  const persistence = await openPersistence({
    url: config.db_url,
    receiptDays: config.receipt_days,
    clock,
    log: logs('persistence'),
    projection,
    promptProblem: prompts.problemOf,
    ...ownership,
  });
  const { journal, feed, catalogue, tables, projector } = persistence;
  const bus = givenBus ?? (await createBus(config, logs('bridge')));
  const requests = await bus.connect({ name: 'arena requests' });
  const notices = await bus.connect({ name: 'arena notices', noEcho: true });
  const gate = createOutboundGate({ allowHosts: config.allow_hosts });
  let url: string | null = null;

  const generating =
    config.agents === 'on'
      ? await createGenerating({
          config,
          persistence,
          runtime: () => playing.runtime,
          bus,
          gate,
          prompts,
          clock,
          log: logs('agents'),
          environment: process.env,
        })
      : null;
  const playing: Playing = createPlaying({
    arenaId: persistence.arenaId,
    machineOf,
    journal,
    feed,
    jobTable: createJobTable(tables),
    clock,
    logs,
    requests,
    notices,
    http: createHttpCaller({ gate, clock }),
    jobsBytesMax: config.jobs.memory_mib_max * 1_048_576,
    limits: { inFlightMax: config.calls.in_flight_max, inFlightPerHostMax: config.calls.in_flight_per_host_max },
    bases: () => ({
      arena: config.public_url || (url ?? ''),
      actor: config.actor_url || config.public_url || (url ?? ''),
    }),
    apiKeyOf: catalogue.apiKeyOf,
    keeping:
      config.nats.url && config.nats.jetstream !== 'off'
        ? { durable: persistence.arenaId, required: config.nats.jetstream === 'on' }
        : null,
    generating,
    catalogue: {
      arena: (id) => catalogue.get('arena', id),
      participants: (ids) => catalogue.getAll('participant', ids),
    },
    transaction: (work) => catalogue.transaction((transaction) => work(planSource(transaction))),
    listContests: (filter) => listContests(tables, filter),
    agentsOf: (participants) => agentsOfParticipants(catalogue, participants),
    drawSeed: () => randomInt(2 ** 32),
  });
  const { contests, jobs } = playing;

  const metrics = await createObserving({ ...playing, persistence, bus: requests, clock });
  if (only !== 'agents')
    serveOnBus({
      bus: notices,
      contests,
      jobs,
      clock,
      log: logs('bridge'),
      arenaId: persistence.arenaId,
      publicUrl: config.public_url,
    });
  const hosting =
    generating &&
    (await createHosting({
      config,
      persistence,
      feed,
      contests,
      jobs,
      generating,
      connection: requests,
      prompts,
      clock,
      log: logs('agents'),
    }));

  let isBack = false;
  const http = await createHttpServer({
    contests,
    jobs,
    catalogue,
    ...(only && { only }),
    verifyParticipant: contests.verifyParticipant,
    records: createRecords({ machineOf, journal, inspect: persistence.inspect, clock }),
    overview: persistence.overview,
    ...(hosting && { agents: hosting.side }),
    health: {
      ready() {
        const { connected, detail } = requests.status();
        const trouble = persistence.trouble();
        const missing = [
          ...(isBack ? [] : ['contests are being brought back']),
          ...(connected ? [] : [`the bus is not there: ${detail}`]),
          ...(trouble === null ? [] : [`the database takes nothing: ${trouble}`]),
        ];
        return { ok: missing.length === 0, missing };
      },
    },
    metrics,
    log: logs('http'),
    clock,
    version: packageVersion(),
    publicUrl: config.public_url || undefined,
    busHost: config.nats.url ? natsServers(config.nats.url).shown : null,
  });

  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    await http.close();
    playing.quiesce();
    await hosting?.close();
    await playing.stop();
    await metrics.close();
    await bus.close();
    await gate.close();
    await persistence.close();
  }

  return {
    get url() {
      return url;
    },
    contests,
    jobs,
    catalogue,
    feed,
    async start() {
      await hosting?.start();
      url = await http.listen(config.http.host, config.http.port);
      for (const own of [url, config.public_url, config.actor_url]) if (own) gate.allow(own);
      for (const { root, cause } of persistence.causesOfOpenRoots()) playing.traces.begun(root, cause);
      await playing.start();
      await hosting?.resume();
      isBack = true;
      await playing.relay();
    },
    close() {
      closing ??= close();
      return closing;
    },
    rebuild: () => projector.rebuild(),
    reset: persistence.reset,
  };
}

async function createBus({ nats }: ArenaConfig, log: Log): Promise<Bus> {
  if (!nats.url) return createLocalBus({ clock, log });
  return (await import('./bridge/bus-nats.ts')).createNatsBus({ url: nats.url, clock, log });
}

/** The catalogue's transaction as the contest service needs it. */
function planSource(transaction: CatalogueTransaction): PlanSource {
  return {
    arena: (id) => transaction.get('arena', id),
    participants: async (ids) => {
      const found: Awaited<ReturnType<PlanSource['participants']>> = [];
      for (const id of ids) found.push(await transaction.get('participant', id));
      return found;
    },
    createArena: (input) => transaction.create('arena', input),
    createParticipant: (input) => transaction.create('participant', input),
    append: (append) => transaction.append(append),
    addMissing: (needed) => addMissingParts(transaction, needed),
  };
}
