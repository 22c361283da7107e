/** The games that scripted agents know, and how each is recognised: by the line `game: <key>` in the arena's rules. */
import type { ArenaOfContest } from '../../protocol/contest.ts';
import { planOf as planOfFlag } from './capture-the-flag.ts';
import { captureTheFlagArena, captureTheFlagKey } from './capture-the-flag-arena.ts';
import { decideFlagAction, flagOptions } from './capture-the-flag-player.ts';
import { applyFlagEffects } from './capture-the-flag-round.ts';
import { type Game, gameKeyOf } from './game.ts';
import { plainGame } from './plain.ts';
import { judgementOf } from './verdict.ts';
import { planOf as planOnIsle } from './wreckers-isle.ts';
import { wreckersIsleArena, wreckersIsleKey } from './wreckers-isle-arena.ts';
import { decideIsleAction, isleOptions } from './wreckers-isle-player.ts';
import { applyIsleEffects } from './wreckers-isle-round.ts';

export { type BundledGame, bundledGames } from './bundled-games.ts';

export const captureTheFlag: Game = {
  key: captureTheFlagKey,
  arena: captureTheFlagArena,
  oddities: [
    { name: 'Hay bale', description: 'Rough ground. It came off the cart, and nobody came back for it.' },
    { name: 'Sleeping goat', description: 'Rough ground. Do not wake it.' },
    { name: 'Boggy patch', description: 'Rough ground. A boot stands in it, upright, without an owner.' },
    { name: 'Tangle of brambles', description: 'Rough ground. Sweet in August, merciless in spring.' },
  ],
  judge: (situation, seat, action) => judgementOf(seat.name, planOfFlag(situation, seat, action)),
  applyEffects: applyFlagEffects,
  decide: decideFlagAction,
  options: flagOptions,
};

export const wreckersIsle: Game = {
  key: wreckersIsleKey,
  arena: wreckersIsleArena,
  oddities: [
    { name: 'Sea chest', description: 'Three initials on the lid, two of them scratched out.' },
    { name: 'Figurehead', description: 'A woman with a sword. Something rattles behind her teeth.' },
    { name: 'Lobster pot', description: 'Too heavy for lobster.' },
    { name: 'Bottle in the sand', description: 'Corked, sealed, and not empty.' },
  ],
  judge: (situation, seat, action) => judgementOf(seat.name, planOnIsle(situation, seat, action)),
  applyEffects: applyIsleEffects,
  decide: decideIsleAction,
  options: isleOptions,
};

const games: readonly Game[] = [captureTheFlag, wreckersIsle];

/** Whether there is a referee who knows the rules of this game. */
export function knowsGame(key: string | null): boolean {
  return games.some((game) => game.key === key);
}

/** The game that an arena is; plain movement when its rules name none that is known. */
export function gameOf(
  arena: Pick<ArenaOfContest, 'rules'>,
): Pick<Game, 'judge' | 'applyEffects' | 'decide' | 'options' | 'oddities'> {
  const key = gameKeyOf(arena);
  return games.find((game) => game.key === key) ?? plainGame;
}
