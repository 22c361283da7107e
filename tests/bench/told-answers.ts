/**
 * Answers as agents give them who play: in every round the players stand elsewhere and all texts are others, so that a page which
 * shows the contest has something to draw. The fixed answers of the other measurements look alike in every round.
 */
import type { AskType } from '../../src/protocol/states.ts';
import type { Draws } from '../support/draws.ts';
import { answersFor, arenaInput } from './workload.ts';

const words =
  'grass hill tower stream cold mist bright walks slowly towards beyond under stone while nobody sees where light falls and shadow grows'.split(
    ' ',
  );

/** The answer to a request of the kind; `players` are the ids of the two players, who walk up to three cells each round. */
export function tellingAnswers(players: readonly string[], draws: Draws): (ask: AskType) => string {
  const fixed = answersFor(players);
  const answer = (data: unknown) => JSON.stringify({ state: 'complete', data });
  const text = (count: number) => Array.from({ length: count }, () => draws.pick(words)).join(' ');
  const standings = players.slice(0, 2).map((id) => ({ id, x: 6, y: 6, score: 0 }));
  const step = (from: number, most: number) => Math.min(most, Math.max(1, from + draws.between(-3, 3)));
  const play = () => {
    for (const standing of standings) {
      standing.x = step(standing.x, arenaInput.width);
      standing.y = step(standing.y, arenaInput.height);
      standing.score += draws.between(0, 3);
    }
    return standings.map(({ id, x, y, score }) => {
      return { id, position: `${x},${y}`, health: draws.pick(['well', 'tired', 'hurt']), score };
    });
  };
  const told: Partial<Record<AskType, () => string>> = {
    player_player_action: () => answer({ action: text(5), target: '3,9', narration: text(14), memories: text(20) }),
    judge_player_action_judgement: () => answer({ result: text(9), reason: text(10), narration: text(7) }),
    judge_apply_effects: () => answer({ players: play(), features: [], winner_id: null }),
    announcer_describe_results: () => answer(text(30)),
  };
  return (ask) => told[ask]?.() ?? fixed[ask];
}
