/** What the HTTP edge needs from elsewhere and no other port declares: catalogue, hosted agents, metrics, health. */
import type { Launch } from '../actors/contests.ts';
import type { Evaluations } from '../agents/evaluation/evaluations.ts';
import type { Generations } from '../agents/generations.ts';
import type { LlmModels } from '../persistence/ports.ts';
import type { CatalogueModel } from '../protocol/catalogue.ts';
import type { JobResponse } from '../protocol/jobs.ts';
import type { AgentResponse } from '../protocol/messages.ts';
import type { PromptShown, RequestToAgent } from '../protocol/prompt-asking.ts';
import type { PromptType } from '../protocol/states.ts';

/** A row of the catalogue as it is shown; its shape is the `document` of its model in `catalogueSchemas`. */
export type CatalogueDocument = { readonly id: string; readonly [field: string]: unknown };

interface CatalogueQuery {
  readonly order: 'oldest' | 'newest';
  readonly limit: number;
  readonly offset: number;
  /** Fields that must have these values. */
  readonly where: Readonly<Record<string, string | number | boolean>>;
}

/** Every method rejects with `ArenaError` when it is refused; what resolves is committed. */
export interface Catalogue {
  create(model: CatalogueModel, input: object): Promise<CatalogueDocument>;
  /** Oldest first. */
  list(model: CatalogueModel, query: CatalogueQuery): Promise<CatalogueDocument[]>;
  get(model: CatalogueModel, id: string): Promise<CatalogueDocument>;
  patch(model: CatalogueModel, id: string, patch: object): Promise<CatalogueDocument>;
  /** Refused with `conflict` while something still uses it. */
  remove(model: CatalogueModel, id: string): Promise<void>;
}

/** The agents that this process hosts, asked over HTTP instead of the bus. Rejects with `not_found` where it hosts none. */
export interface HostedAgents {
  /** The same job and attempt get the same answer. */
  request(participantId: string, request: RequestToAgent): Promise<AgentResponse>;
  health(participantId: string): Promise<AgentResponse>;
  /** What a language model would be sent: for the request given, or for the one of a job of this arena. */
  prompt(participantId: string, jobId: string, promptType: PromptType, request?: RequestToAgent): Promise<PromptShown>;
}

/** What a process that hosts agents has besides. */
export interface AgentsSide {
  readonly hosted: HostedAgents;
  readonly models: LlmModels;
  readonly generations: Generations;
  readonly evaluations: Evaluations;
}

/** Asks a participant of the catalogue now whether it is well; resolves with the job, which is still `pending`. */
export type VerifyParticipant = (participantId: string, launch?: Launch) => Promise<JobResponse>;

/** What is measured, as Prometheus reads it. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** Counts a request that was answered. `route` is its pattern, never its path. */
  answered(request: { method: string; route: string; status: number; durationMs: number }): void;
  /** A request comes in that may launch something; `caller` is the `traceparent` that came with it. Without it nobody traces. */
  launching?(caller: string | null): LaunchSpan;
}

/** The span of a request that launches something. */
export interface LaunchSpan {
  /** Its own: what it launches is below it. */
  readonly traceparent: string;
  /** It has launched this root, in so long a time. */
  end(launch: { name: string; root: string; durationMs: number }): void;
}

export interface Health {
  /** `missing` names, for people, what the arena still waits for. */
  ready(): { ok: boolean; missing: string[] };
}
