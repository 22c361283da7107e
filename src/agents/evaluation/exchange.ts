/** A contest again with another model in one seat: the same arena, seed and settings, and a new participant who answers by that model. */
import type { Launch } from '../../actors/contests.ts';
import type { ContestDocument } from '../../protocol/contest.ts';
import { ArenaError } from '../../protocol/errors.ts';
import type { Exchange } from '../../protocol/evaluation.ts';
import { givableName } from '../../protocol/names.ts';
import type { Role } from '../../protocol/states.ts';
import type { ModelDirectory } from '../model-directory.ts';

export interface ExchangeOptions {
  readonly directory: Pick<ModelDirectory, 'agentOf'>;
  readonly contests: {
    get(id: string): Promise<ContestDocument>;
    clone(id: string, exchanged: Readonly<Record<string, string>>, launch?: Launch): Promise<ContestDocument>;
    act(id: string, action: 'start'): Promise<ContestDocument>;
  };
  readonly participants: {
    /** Makes one with its agent; resolves with its id. */
    create(input: {
      name: string;
      role: Role;
      description: string;
      agent: { model: string; strategy_id?: string };
    }): Promise<string>;
    /** With its agent. */
    remove(id: string): Promise<void>;
  };
}

export function createExchange({ directory, contests, participants }: ExchangeOptions) {
  return async (input: Exchange, launch?: Launch): Promise<ContestDocument> => {
    const { contest_id: contestId, participant_id: participantId, model, start } = input;
    const seat = (await contests.get(contestId)).participants.find(({ id }) => id === participantId);
    if (!seat) {
      const message = `contest ${contestId} has no seat ${participantId}`;
      throw new ArenaError({ code: 'invalid', message, problems: [{ path: 'participant_id', message }] });
    }
    const strategyId = (await directory.agentOf(participantId))?.strategy_id ?? undefined;
    const { name, role, description } = seat;
    const agent = { model, ...(strategyId === undefined ? {} : { strategy_id: strategyId }) };
    const standIn = await participants.create({ name: givableName(name), role, description, agent });
    let copy: ContestDocument;
    try {
      copy = await contests.clone(contestId, { [participantId]: standIn }, launch);
    } catch (error) {
      // Without the copy it would sit nowhere.
      await participants.remove(standIn);
      throw error;
    }
    return start ? contests.act(copy.id, 'start') : copy;
  };
}
