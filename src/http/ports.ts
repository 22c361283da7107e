/** What the HTTP edge needs from elsewhere, besides contests and jobs: catalogue, agents, generations, evaluations, metrics, health. */
import type { Launch } from '../actors/contests.ts';
import type { CatalogueModel } from '../protocol/catalogue.ts';
import type { ContestDocument } from '../protocol/contest.ts';
import type {
  CreateEvaluation,
  EvaluationDocument,
  EvaluationFilter,
  EvaluationReport,
  EvaluationRun,
  Exchange,
  RunFilter,
} from '../protocol/evaluation.ts';
import type { GenerateJobDocument, GenerationFilter, RepeatGeneration } from '../protocol/generate-jobs.ts';
import type { JobResponse } from '../protocol/jobs.ts';
import type { AgentResponse } from '../protocol/messages.ts';
import type { ContestOverview } from '../protocol/overview.ts';
import type { ModelImport, ModelImportResult, ModelLimits } from '../protocol/price-list.ts';
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

/** What is done with many language models at once. */
export interface LlmModels {
  import(list: ModelImport): Promise<ModelImportResult>;
  /** Resolves with the names of those that were switched off. */
  deactivate(limits: ModelLimits): Promise<string[]>;
}

/** The agents that this process hosts, asked over HTTP instead of the bus. Rejects with `not_found` where it hosts none. */
export interface HostedAgents {
  /** The same job and attempt get the same answer. */
  request(participantId: string, request: RequestToAgent): Promise<AgentResponse>;
  health(participantId: string): Promise<AgentResponse>;
  /** What a language model would be sent: for the request given, or for the one of a job of this arena. */
  prompt(participantId: string, jobId: string, promptType: PromptType, request?: RequestToAgent): Promise<PromptShown>;
}

/** What language models were asked, and asking again. */
export interface Generations {
  /** Waits until it has ended, for so long at most and until the signal is aborted. */
  get(id: string, waiting?: { waitMs: number; signal?: AbortSignal }): Promise<GenerateJobDocument>;
  list(filter: GenerationFilter): Promise<GenerateJobDocument[]>;
  /** Resolves when it has begun. */
  repeat(input: RepeatGeneration): Promise<GenerateJobDocument>;
  /** Refused with `conflict` when it has ended. */
  cancel(id: string): Promise<GenerateJobDocument>;
  remove(id: string): Promise<void>;
}

/** Runs of evaluations: the same requests put to several models. */
export interface Evaluations {
  create(input: CreateEvaluation): Promise<EvaluationReport>;
  list(filter: EvaluationFilter): Promise<EvaluationDocument[]>;
  runs(filter: RunFilter): Promise<EvaluationRun[]>;
  report(run: string): Promise<EvaluationReport>;
  cancel(run: string): Promise<EvaluationReport>;
  /** Refused with `conflict` while it runs. */
  remove(run: string): Promise<void>;
  exchange(input: Exchange, launch?: Launch): Promise<ContestDocument>;
}

/** What a process that hosts agents has besides. */
export interface AgentsSide {
  readonly hosted: HostedAgents;
  readonly models: LlmModels;
  readonly generations: Generations;
  readonly evaluations: Evaluations;
}

/** Every contest in a few words. */
export interface Overview {
  /** Contests that have changed after a cursor, newest first; for 0 all that there are. */
  changedAfter(cursor: number): Promise<ContestOverview>;
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
