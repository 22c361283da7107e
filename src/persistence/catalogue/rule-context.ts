/** What a model's rules of the catalogue can say, and what they are given to find it out. The rules are `catalogue-rules.ts`. */
import type { CatalogueCreate, CatalogueDocument, CatalogueModel, CataloguePatch } from '../../protocol/catalogue.ts';
import type { PromptType } from '../../protocol/states.ts';

/** What rules may ask and do, within the transaction of the change. */
export interface RuleContext {
  /** Throws `ArenaError` `invalid`, naming the path, when there is none of this id. */
  require<Model extends CatalogueModel>(model: Model, id: string, path: string): Promise<CatalogueDocument<Model>>;
  find<Model extends CatalogueModel>(
    model: Model,
    where: Readonly<Record<string, string | number | boolean | null>>,
  ): Promise<CatalogueDocument<Model>[]>;
  create<Model extends CatalogueModel>(model: Model, input: object): Promise<CatalogueDocument<Model>>;
  remove(model: CatalogueModel, id: string): Promise<void>;
  /** Contests that are not over and were made from this arena, or in which this participant sits. */
  openContests(of: { arena: string } | { participant: string }): string[];
  readonly promptProblem: PromptProblem;
}

/** What is wrong with the text of a strategy's prompt, or null. */
export type PromptProblem = (promptType: PromptType, prompt: string) => string | null;

/** The columns of a row that is to be made, without times. */
type NewRow = { readonly id: string; readonly [field: string]: unknown };

export interface Rules<Model extends CatalogueModel> {
  /** The rows that this input makes, checked; the first one is what the caller asked for. */
  rows(input: CatalogueCreate<Model>, context: RuleContext): Promise<NewRow[]>;
  /** What else is made with it. */
  entailed?(input: CatalogueCreate<Model>, id: string, context: RuleContext): Promise<void>;
  /** Throws when the change does not fit. */
  change?(present: CatalogueDocument<Model>, patch: CataloguePatch<Model>, context: RuleContext): Promise<void>;
  /** Names who still uses it. */
  users?(present: CatalogueDocument<Model>, context: RuleContext): Promise<string[]>;
  /** Takes away what is a part of it. */
  parts?(present: CatalogueDocument<Model>, context: RuleContext): Promise<void>;
}
