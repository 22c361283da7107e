/**
 * Puts together what plays contests and jobs: the actors, what they send and what comes of it, the services by which others steer and
 * read them, and the relay. The simulated arenas of the tests are put together by this too, on storage, clock and bus of their own.
 */
import { lastSegment, parentOf, rootOf } from './actors/address.ts';
import { type ContestService, type ContestServiceOptions, createContestService } from './actors/contest/service.ts';
import { renderPrompt } from './actors/contest/view.ts';
import { createDerivedPrompts } from './actors/derived-prompts.ts';
import { callOfJob } from './actors/job/call.ts';
import { createJobsInMemory } from './actors/job/jobs-in-memory.ts';
import { createMemoryQuota, type MemoryQuota } from './actors/job/memory-quota.ts';
import { createJobService } from './actors/job/service.ts';
import type { JobState, Outbound } from './actors/job/state.ts';
import type { Jobs, JobTable } from './actors/jobs.ts';
import type { Feed } from './actors/runtime/feed.ts';
import type { Journal } from './actors/runtime/journal.ts';
import type { Address } from './actors/runtime/machine.ts';
import { createPastStates } from './actors/runtime/past-states.ts';
import type { Clock, Log } from './actors/runtime/ports.ts';
import { createRuntime, type Runtime, type RuntimeOptions } from './actors/runtime/runtime.ts';
import { generationKind } from './agents/generation/machine.ts';
import type { GenerationOutbound, GenerationState } from './agents/generation/state.ts';
import type { BusConnection } from './bridge/bus.ts';
import { type Calls, type CallsOptions, createCalls } from './bridge/calls.ts';
import type { Keeping } from './bridge/kept-answers.ts';
import { createRelay } from './bridge/relay.ts';
import { createTraceContexts, type TraceContexts } from './bridge/trace-contexts.ts';
import { isGeneration, machines, publicationsOf } from './machines.ts';
import { createJobCensus, type JobCensus } from './signals/job-census.ts';

type FromContestService = Pick<
  ContestServiceOptions,
  'catalogue' | 'transaction' | 'listContests' | 'agentsOf' | 'drawSeed'
>;

export interface PlayingOptions
  extends FromContestService,
    Pick<CallsOptions, 'http' | 'limits' | 'bases' | 'apiKeyOf'> {
  readonly arenaId: string;
  readonly machineOf: RuntimeOptions['machineOf'];
  readonly journal: Journal;
  readonly feed: Feed;
  readonly jobTable: JobTable;
  readonly clock: Clock;
  readonly logs: (part: 'actors' | 'bridge') => Log;
  /** By which agents are asked. */
  readonly requests: BusConnection;
  /** By which everybody is told what has happened. */
  readonly notices: BusConnection;
  /** How much memory trees of jobs made from outside may take together. */
  readonly jobsBytesMax: number;
  /** Who keeps the answers that come while the process is away; null for nobody. */
  readonly keeping: Omit<Keeping, 'deliver'> | null;
  /** What asks language models for the generations; null where none are made. */
  readonly generating: GenerationEdge | null;
  /** Told of everything that a job sends. */
  readonly sent?: (outbound: Outbound, address: Address) => void;
  readonly tuning?: Pick<RuntimeOptions, 'snapshotEvery' | 'passivateAfterMs'>;
}

export interface GenerationEdge {
  /** Carries out what a generation asks of the world. */
  send(outbound: GenerationOutbound): void;
  /** A generation came into memory, in this state. */
  appeared(generation: GenerationState): void;
}

export interface Playing {
  readonly runtime: Runtime;
  readonly calls: Calls;
  readonly contests: ContestService;
  readonly jobs: Jobs;
  readonly quota: MemoryQuota;
  readonly census: JobCensus;
  readonly traces: TraceContexts;
  /** Brings back what was under way, and goes on with it. */
  start(): Promise<void>;
  /** Tells everybody what they were not told yet, and from then on what happens. */
  relay(): Promise<void>;
  /** Sends nothing more and refuses requests; answers to what was sent are still taken. */
  quiesce(): void;
  /** Lets what it has taken be written, and stops telling of it. */
  stop(): Promise<void>;
}

export function createPlaying(options: PlayingOptions): Playing {
  const { machineOf, journal, feed, jobTable, clock, logs, keeping, generating } = options;
  const quota = createMemoryQuota({ feed, bytesMax: options.jobsBytesMax });
  const inMemory = createJobsInMemory(quota);
  const census = createJobCensus();
  const traces = createTraceContexts();

  const runtime = createRuntime({
    ...options.tuning,
    machines,
    machineOf,
    rootOf,
    parentOf,
    journal,
    clock,
    log: logs('actors'),
    send(outbound, address) {
      if (isGeneration(address)) return generating?.send(outbound as GenerationOutbound);
      options.sent?.(outbound as Outbound, address);
      calls.send(outbound as Outbound, address);
    },
    begun: traces.begun,
    appeared(address, machine, state) {
      if (machine.kind === generationKind) generating?.appeared(state as GenerationState);
      if (machine.kind !== 'job') return;
      inMemory.appeared(address, state as JobState);
      census.note(address, state as JobState);
      calls.expect(lastSegment(address), address, callOfJob(state as JobState));
    },
    vanished(address, machine) {
      if (machine.kind !== 'job') return;
      inMemory.vanished(address);
      census.vanished(address);
      calls.forget(lastSegment(address));
    },
  });

  const calls = createCalls({
    bus: options.requests,
    http: options.http,
    clock,
    log: logs('bridge'),
    tell: (address, command) => runtime.tell(address, command),
    traceparentOf: traces.traceparentOf,
    limits: options.limits,
    bases: options.bases,
    renderAgain: createDerivedPrompts({ runtime, log: logs('bridge') }),
    apiKeyOf: options.apiKeyOf,
    keeping: keeping && {
      ...keeping,
      deliver: (address, command, commandId) => runtime.request(address, command, { commandId }),
    },
  });

  const contests = createContestService({
    runtime,
    journal,
    feed,
    clock,
    catalogue: options.catalogue,
    transaction: options.transaction,
    listContests: options.listContests,
    drawSeed: options.drawSeed,
    quota,
    agentsOf: options.agentsOf,
    async jobsHere(ids) {
      const kept = await jobTable.streamsOf(ids);
      return [...ids.filter((id) => inMemory.addressOf(id) !== null), ...kept.map(({ id }) => id)];
    },
  });
  const jobs = createJobService({ runtime, journal, feed, clock, inMemory, quota, table: jobTable, renderPrompt });

  let following: Awaited<ReturnType<Feed['follow']>> | null = null;

  return {
    runtime,
    calls,
    contests,
    jobs,
    quota,
    census,
    traces,
    async start() {
      await runtime.start();
      calls
        .start()
        .catch((error: unknown) => logs('bridge').warn({ err: error }, 'answers that were kept could not be taken'));
    },
    async relay() {
      following = await feed.follow(
        createRelay({
          arenaId: options.arenaId,
          bus: options.notices,
          log: logs('bridge'),
          publicationsOf,
          withStates: createPastStates({ machineOf, journal }),
        }),
      );
    },
    quiesce: runtime.quiesce,
    async stop() {
      await runtime.stop();
      await following?.stop();
    },
  };
}
