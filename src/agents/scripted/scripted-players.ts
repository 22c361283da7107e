/** Scripted players: tempers that any game can be played with. What a temper does in a game is the game's. */
import { drawIndex } from '../../protocol/random.ts';
import type { Handler, Handlers } from '../asks.ts';
import type { Temper } from '../games/game.ts';
import { gameOf } from '../games/games.ts';
import { situationOf } from '../games/situation.ts';

const tempers: Readonly<Record<string, Temper>> = {
  runner: { haste: 0.95, greed: 0.2, care: 0.1, wonder: 0.1 },
  cautious: { haste: 0.1, greed: 0.3, care: 0.9, wonder: 0.2 },
  thief: { haste: 0.7, greed: 1, care: 0.3, wonder: 0.1 },
  explorer: { haste: 0.5, greed: 0.1, care: 0.4, wonder: 1 },
  guardian: { haste: 0.4, greed: 0.7, care: 0.8, wonder: 0 },
};

const wait = { action: 'wait', target: null, narration: 'I am not on this field.' };

function playing(temper: Temper): Handler<'player_player_action'> {
  return (view) => {
    const situation = situationOf(view);
    const me = situation.seats.find(({ id }) => id === view.you.id);
    return me ? gameOf(view.arena).decide(situation, me, temper) : wait;
  };
}

const atRandom: Handler<'player_player_action'> = (view) => {
  const situation = situationOf(view);
  const me = situation.seats.find(({ id }) => id === view.you.id);
  const options = me ? gameOf(view.arena).options(situation, me) : [];
  return options[drawIndex(options.length, situation.seed, situation.roundNo, 'random')] ?? wait;
};

/** By name: one player of each temper, and one that does something legal without a plan. */
export const scriptedPlayers: Readonly<Record<string, Handlers>> = {
  ...Object.fromEntries(
    Object.entries(tempers).map(([name, temper]) => [name, { player_player_action: playing(temper) }]),
  ),
  random: { player_player_action: atRandom },
};
