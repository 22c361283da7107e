/** Puts together the agents that a process hosts: who listens for them, the language models that speak for them, and what compares these. */
import type { Contests } from './actors/contests.ts';
import type { Jobs } from './actors/jobs.ts';
import type { Feed } from './actors/runtime/feed.ts';
import { createCatalogueDirectory } from './agents/catalogue-directory.ts';
import { createAgentHost } from './agents/host.ts';
import { createHostedAgents } from './agents/hosted-agents.ts';
import type { BusConnection } from './bridge/bus.ts';
import { configuredModels } from './config.ts';
import { createEvaluating } from './evaluating.ts';
import type { Generating, GeneratingOptions } from './generating.ts';
import type { AgentsSide } from './http/ports.ts';
import { createLlmModels } from './persistence/catalogue/llm-models.ts';
import type { Persistence } from './persistence/persistence.ts';
import { packageVersion } from './version.ts';

export interface HostingOptions extends Pick<GeneratingOptions, 'config' | 'prompts' | 'clock' | 'log'> {
  /** By which the arena asks, too. */
  readonly connection: BusConnection;
  readonly persistence: Pick<Persistence, 'catalogue' | 'evaluations'>;
  readonly feed: Feed;
  readonly contests: Contests;
  readonly jobs: Jobs;
  /** Closed with the agents. */
  readonly generating: Generating;
}

export interface Hosting {
  readonly side: AgentsSide;
  /** Adds the models of the configuration where they are missing, and listens. Before anybody can ask. */
  start(): Promise<void>;
  /** Goes on with evaluations that were cut off, once generations are back. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

const drainMs = 3_000;

export async function createHosting(options: HostingOptions): Promise<Hosting> {
  const { config, persistence, feed, contests, jobs, generating, connection, prompts, clock, log } = options;
  const { catalogue } = persistence;
  const evaluations = createEvaluating({ persistence, generating, contests, jobs, prompts, clock, log });
  const models = createLlmModels(catalogue);
  const host = createAgentHost({
    connection,
    clock,
    log,
    directory: await createCatalogueDirectory(
      {
        agents: () => catalogue.list('agent', { limit: Number.MAX_SAFE_INTEGER }),
        participants: () => catalogue.list('participant', { limit: Number.MAX_SAFE_INTEGER }),
        strategies: () => catalogue.list('strategy', { limit: Number.MAX_SAFE_INTEGER }),
      },
      feed,
    ),
    modelAgents: generating.agents,
    version: packageVersion(),
  });
  const hosted = createHostedAgents({
    directory: generating.directory,
    prompts,
    clock,
    answer: host.answer,
    requestOfJob: (id) => jobs.request(id),
  });

  return {
    side: { models, generations: generating.generations, evaluations, hosted },
    async start() {
      await models.addMissing(configuredModels(config));
      await host.start();
    },
    resume: evaluations.start,
    async close() {
      await host.close(drainMs);
      await evaluations.close();
      await generating.close();
    },
  };
}
