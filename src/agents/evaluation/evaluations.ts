/** The port of evaluation: runs are made, read and given up through it. `service.ts` carries it out. Rejects with `ArenaError`. */
import type { Launch } from '../../actors/contests.ts';
import type { ContestDocument } from '../../protocol/contest.ts';
import type {
  CreateEvaluation,
  EvaluationDocument,
  EvaluationFilter,
  EvaluationReport,
  EvaluationRun,
  Exchange,
  PlannedEvaluation,
  RunFilter,
} from '../../protocol/evaluation.ts';

export interface Evaluations {
  /** Plans a run, whole or not at all, and begins with it. `invalid` for a model that is unknown or off, and for a template that fails. */
  create(input: CreateEvaluation): Promise<EvaluationReport>;
  list(filter: EvaluationFilter): Promise<EvaluationDocument[]>;
  runs(filter: RunFilter): Promise<EvaluationRun[]>;
  report(run: string): Promise<EvaluationReport>;
  /** What has not ended yet ends as `cancelled`. */
  cancel(run: string): Promise<EvaluationReport>;
  /** Refused with `conflict` while it runs. */
  remove(run: string): Promise<void>;
  /** A copy of a contest, from its beginning, in which another model speaks for one seat. */
  exchange(input: Exchange, launch?: Launch): Promise<ContestDocument>;
}

/** What is asked of whoever keeps the rows. */
export interface EvaluationRows {
  /** All or nothing. */
  plan(rows: readonly PlannedEvaluation[]): Promise<void>;
  /** A row that has ended stays as it is. */
  change(id: string, change: Partial<EvaluationDocument>): Promise<void>;
  /** Those that have not ended. */
  open(): Promise<PlannedEvaluation[]>;
  get(id: string): Promise<PlannedEvaluation | null>;
  list(filter: EvaluationFilter): Promise<EvaluationDocument[]>;
  runs(filter: RunFilter): Promise<EvaluationRun[]>;
  removeRun(run: string): Promise<void>;
}
