/** Models, agents and strategies of the catalogue, as the host of model-driven agents asks for them. */
import type { CatalogueDocument } from '../protocol/catalogue.ts';
import type { ModelDirectory } from './model-directory.ts';

type Model = 'llmmodel' | 'agent' | 'strategy' | 'participant';

/** What is read of the catalogue. */
export interface CatalogueReader {
  list<Name extends Model>(
    model: Name,
    query: { where: Readonly<Record<string, string>>; limit: number; order?: 'newest' },
  ): Promise<CatalogueDocument<Name>[]>;
}

export function createCatalogueModelDirectory(catalogue: CatalogueReader, defaultModel: string | null): ModelDirectory {
  async function one<Name extends Model>(model: Name, where: Readonly<Record<string, string>>) {
    const [document] = await catalogue.list(model, { where, limit: 1, order: 'newest' });
    return document ?? null;
  }

  return {
    model: (name) => one('llmmodel', { name }),
    strategy: (id) => one('strategy', { id }),
    defaultModel: () => defaultModel,
    async agentOf(participantId) {
      const [agent, participant] = await Promise.all([
        one('agent', { participant_id: participantId }),
        one('participant', { id: participantId }),
      ]);
      if (!agent || !participant) return null;
      const { id, participant_id, name, model, strategy_id } = agent;
      return { id, participant_id, name, model, strategy_id, role: participant.role };
    },
  };
}
