/** What others may ask of what is kept, besides the journal: the models of the catalogue at once, and every contest in a few words. */
import type { CatalogueCreate } from '../protocol/catalogue.ts';
import type { ContestOverview } from '../protocol/overview.ts';
import type { ModelImport, ModelImportResult, ModelLimits } from '../protocol/price-list.ts';

/** What is done with many language models at once. */
export interface LlmModels {
  /** Those whose name is not in the table yet; what is in it wins. */
  addMissing(models: readonly CatalogueCreate<'llmmodel'>[]): Promise<void>;
  /** All of a list or nothing. A model is known by its name. */
  import(list: ModelImport): Promise<ModelImportResult>;
  /** Resolves with the names of the models that were active and are not any more. */
  deactivate(limits: ModelLimits): Promise<string[]>;
}

export interface Overview {
  /** Contests with entries above the cursor, newest first; for 0 all that there are. */
  changedAfter(cursor: number): Promise<ContestOverview>;
}
