/** What answers are held to in a contest as it stands. The rules themselves are the protocol's, so that the trial of an agent has the same. */
import { problemWithData } from '../../protocol/answer-rules.ts';
import type { Json } from '../../protocol/json.ts';
import type { PromptTask } from '../job/state.ts';
import type { Scope } from '../runtime/machine.ts';
import { contestIn, roundsIn } from './reading.ts';
import { isOut } from './state.ts';

/** Why an answer of the right shape cannot be used in this contest, or null. */
export function problemWithAnswer(scope: Scope, task: PromptTask, data: Json): string | null {
  const contest = contestIn(scope);
  const start = roundsIn(scope, contest).at(-1)?.start;
  const idsOf = (all: readonly { id: string }[]) => all.map(({ id }) => id);
  return problemWithData(task.prompt_type, data, {
    arena: contest.arena,
    round: start ? { players: idsOf(start.players), features: idsOf(start.features) } : null,
    isOut: (playerId) => isOut(contest, playerId),
  });
}
