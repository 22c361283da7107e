/** The games that scripted agents know, and how each is recognised: by the line `game: <key>` in the arena's rules. */
import type { ArenaOfContest } from '../../protocol/contest.ts';
import type { Role } from '../../protocol/states.ts';
import { planOf as planOfFlag } from './capture-the-flag.ts';
import { captureTheFlagArena, captureTheFlagKey } from './capture-the-flag-arena.ts';
import { decideFlagAction, flagOptions } from './capture-the-flag-player.ts';
import { applyFlagEffects } from './capture-the-flag-round.ts';
import { type Game, type GameArena, gameKeyOf } from './game.ts';
import { plainGame } from './plain.ts';
import { judgementOf } from './verdict.ts';
import { planOf as planOnIsle } from './wreckers-isle.ts';
import { wreckersIsleArena, wreckersIsleKey } from './wreckers-isle-arena.ts';
import { decideIsleAction, isleOptions } from './wreckers-isle-player.ts';
import { applyIsleEffects } from './wreckers-isle-round.ts';

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

export interface BundledParticipant {
  name: string;
  role: Role;
  description: string;
  agent: { model: string };
}

/** A bundled game, ready for `POST /api/contest`: `{arena, participants: defaultParticipants, ...settings}`. */
export interface BundledGame {
  /** The key, as a person types it. */
  name: string;
  arena: GameArena;
  defaultParticipants: BundledParticipant[];
  settings: { max_rounds: number; winning_score: number; player_positions: string[] };
}

function seat(name: string, role: Role, model: string, description: string): BundledParticipant {
  return { name, role, description, agent: { model } };
}

export const bundledGames: readonly BundledGame[] = [
  {
    name: captureTheFlagKey,
    arena: captureTheFlagArena,
    defaultParticipants: [
      seat(
        'Rowan',
        'player',
        'script:runner',
        'The fastest legs in the valley, and nobody ever taught them to slow down.',
      ),
      seat('Teasel', 'player', 'script:thief', 'Never carries what somebody else can carry most of the way.'),
      seat('Miller Quill', 'judge', 'script:referee', 'Has kept the rule book dry for thirty springs.'),
      seat('Old Bram', 'announcer', 'script:announcer', 'Sits on the fence, in both senses.'),
      seat('The Thaw', 'arena', 'script:feature-maker', 'Changes the meadow a little every year.'),
    ],
    settings: { max_rounds: 24, winning_score: 100, player_positions: ['2,4', '8,4'] },
  },
  {
    name: wreckersIsleKey,
    arena: wreckersIsleArena,
    defaultParticipants: [
      seat('Mara', 'player', 'script:explorer', 'Opens every lid. Has been bitten before.'),
      seat('Jory', 'player', 'script:thief', 'Knows to the coin what is in your pocket.'),
      seat('The Harbour Master', 'judge', 'script:referee', 'Reads the tide table aloud, and means it.'),
      seat('Salt Annie', 'announcer', 'script:chronicler', 'Writes down what others shout.'),
      seat('The Current', 'arena', 'script:feature-maker', 'Brings things, takes things.'),
    ],
    settings: { max_rounds: 18, winning_score: 100, player_positions: ['4,2', '6,2'] },
  },
];
