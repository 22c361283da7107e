/** The port of a game: what the scripted referee and players need to know of it. Which game an arena is follows from its rules' text. */
import type { ContestView } from '../../protocol/contest.ts';
import type { Judgement, PlayerAction, RoundEffects } from '../../protocol/messages.ts';
import type { Seat, Situation } from './situation.ts';

/** The arena of a game as it is written in `POST /api/contest`. */
export interface GameArena {
  name: string;
  description: string;
  width: number;
  height: number;
  rules: string;
  winning_condition: string;
  max_random_features: number;
  features: { name: string; description: string; position: string; end_position?: string }[];
}

/** How a scripted player goes about things; each game reads it in its own way. */
export interface Temper {
  /** Runs where it could walk, from never (0) to always (1). */
  haste: number;
  /** Prefers to take from others over fetching for itself. */
  greed: number;
  /** Stays near what it has and keeps out of harm. */
  care: number;
  /** Prefers what nobody has looked at yet. */
  wonder: number;
}

export interface Game {
  /** As in the line `game: <key>` of the arena's rules. */
  readonly key: string;
  readonly arena: GameArena;
  /** What the feature maker may add to this arena. */
  readonly oddities: readonly { name: string; description: string }[];
  /** Rules on one action, from the state in which the round began. Deterministic, given the seed. */
  judge(situation: Situation, seat: Seat, action: { action: string; target: string | null }): Judgement;
  /** What all actions of the round lead to. */
  applyEffects(situation: Situation): RoundEffects;
  /** What a player of this temper does. It knows what the view shows and nothing else. */
  decide(situation: Situation, me: Seat, temper: Temper): PlayerAction;
  /** Legal actions to choose from when one acts without a plan. */
  options(situation: Situation, me: Seat): PlayerAction[];
}

/** The key in the line `game: <key>` of the rules, or null. */
export function gameKeyOf(arena: Pick<ContestView['arena'], 'rules'>): string | null {
  return /^\s*game:\s*([a-z0-9-]+)\s*$/im.exec(arena.rules)?.[1]?.toLowerCase() ?? null;
}
