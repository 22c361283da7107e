/**
 * The port to whoever keeps models, agents and strategies: what the host of model-driven agents asks before it calls a model. The
 * catalogue carries it out.
 */
import type { CatalogueDocument } from '../protocol/catalogue.ts';
import type { Role } from '../protocol/states.ts';

export type LlmModelDocument = CatalogueDocument<'llmmodel'>;
export type StrategyDocument = CatalogueDocument<'strategy'>;

/** The agent of a participant. */
export interface ModelAgent {
  readonly id: string;
  readonly participant_id: string;
  readonly name: string;
  readonly role: Role;
  /** Null when it names none: then its strategy's counts, then the default one. */
  readonly model: string | null;
  readonly strategy_id: string | null;
}

export interface ModelDirectory {
  /** A model by its name, inactive ones too. */
  model(name: string): Promise<LlmModelDocument | null>;
  agentOf(participantId: string): Promise<ModelAgent | null>;
  strategy(id: string): Promise<StrategyDocument | null>;
  /** The name of the model of agents that name none, or null. */
  defaultModel(): string | null;
}

/** The model of this name, or why it cannot be asked. */
export async function modelOrProblem(
  directory: Pick<ModelDirectory, 'model'>,
  name: string,
): Promise<LlmModelDocument | string> {
  const model = await directory.model(name);
  if (model === null) return `there is no model "${name.slice(0, 100)}"`;
  return model.active ? model : `the model "${name}" is switched off`;
}
