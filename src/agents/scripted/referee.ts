/** The scripted judge: finds the game that an arena is, and lets its rules speak. It keeps nothing: the same view gives the same ruling. */
import type { Handlers } from '../asks.ts';
import { gameOf } from '../games/games.ts';
import { seatOf, situationOf } from '../games/situation.ts';

export const referee: Handlers = {
  judge_player_action_judgement: (view, { data: { action, player } }) => {
    const situation = situationOf(view);
    const seat = situation.seats.find(({ id }) => id === player.id) ?? seatOf(player, 0);
    return gameOf(view.arena).judge(situation, seat, action);
  },
  judge_apply_effects: (view) => gameOf(view.arena).applyEffects(situationOf(view)),
};
