/** The bundled games as data: arenas and who plays in them, for whoever launches one. How they are ruled is `games.ts`. */
import type { Role } from '../../protocol/states.ts';
import { captureTheFlagArena, captureTheFlagKey } from './capture-the-flag-arena.ts';
import type { GameArena } from './game.ts';
import { wreckersIsleArena, wreckersIsleKey } from './wreckers-isle-arena.ts';

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
