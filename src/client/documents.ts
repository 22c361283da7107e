/** What the client gives and takes, inferred from the arena's own schemas: there is no second description to keep in sync. */
import type { z } from 'zod';
import type { CatalogueModel, catalogueSchemas, CatalogueDocument as Document } from '../protocol/catalogue.ts';
import type { createContestSchema, forkContestSchema, patchContestSchema } from '../protocol/contest-input.ts';
import type { createEvaluationSchema, exchangeSchema } from '../protocol/evaluation.ts';
import type { repeatGenerationSchema } from '../protocol/generate-jobs.ts';
import type { jobTreeSchema, oneJobSchema } from '../protocol/job-input.ts';
import type { requestToAgentSchema } from '../protocol/prompt-asking.ts';

export type { Audit } from '../protocol/audit.ts';
export type { CatalogueModel } from '../protocol/catalogue.ts';
export type {
  ActionTaken,
  ArenaOfContest,
  ContestDocument,
  ContestSummary,
  ContestView,
  Fault,
  Feature,
  Player,
  PlayerStanding,
  RoundDocument,
  Ruling,
  SeatDocument,
  World,
} from '../protocol/contest.ts';
export type { ContestAction } from '../protocol/contest-input.ts';
export type { EntryDocument } from '../protocol/entries.ts';
export type { InputProblem } from '../protocol/errors.ts';
export type { EvaluationDocument, EvaluationReport, EvaluationRun } from '../protocol/evaluation.ts';
export type { GenerateJobDocument } from '../protocol/generate-jobs.ts';
export type { JobNode, JobResponse, JobSummary, JobTransition, JobType } from '../protocol/jobs.ts';
export type { Json } from '../protocol/json.ts';
export type { AgentRequest, AgentResponse, RoundEffects, Usage } from '../protocol/messages.ts';
export type { ContestOverview, OverviewRow } from '../protocol/overview.ts';
export type { SnapshotDocument } from '../protocol/snapshot.ts';
export type {
  ContestStateName,
  EndReason,
  ParticipantStateName,
  PromptType,
  Role,
  RoundStateName,
  SetupStateName,
} from '../protocol/states.ts';
export type { TurnFormat } from '../protocol/turns.ts';

export type ContestInput = z.input<typeof createContestSchema>;
export type ContestPatch = z.input<typeof patchContestSchema>;
export type ForkInput = z.input<typeof forkContestSchema>;
/** What an agent can be asked outside of a contest. Without a `job_id` it is asked anew. */
export type AgentAsk = z.input<typeof requestToAgentSchema>;
export type JobInput = z.input<typeof oneJobSchema>;
export type EvaluationInput = z.input<typeof createEvaluationSchema>;
export type ExchangeInput = z.input<typeof exchangeSchema>;
export type RepeatInput = z.input<typeof repeatGenerationSchema>;
export type BatchInput = z.input<typeof jobTreeSchema>;

export type CatalogueItem<Model extends CatalogueModel> = Document<Model>;
export type CatalogueInput<Model extends CatalogueModel> = z.input<(typeof catalogueSchemas)[Model]['create']>;
export type CatalogueChange<Model extends CatalogueModel> = z.input<(typeof catalogueSchemas)[Model]['patch']>;
