/** The round's vocabulary, and what its state says about the world. */
import type { ActionTaken, Fault, Feature, PlayerStanding, Ruling, World } from '../../protocol/contest.ts';
import type { RoundEffects, Usage } from '../../protocol/messages.ts';
import type { RoundStateName } from '../../protocol/states.ts';
import type { PhaseBase } from '../contest/phase.ts';
import type { ChildrenSettled } from '../runtime/machine.ts';

/** What one seat did in the round: how long it took, what went wrong, what it cost. */
export interface SeatRecord {
  readonly id: string;
  readonly latency_ms: number | null;
  readonly faults: readonly Fault[];
  readonly usage: Usage | null;
  /** It gave no usable answer, in a way that counts against it. */
  readonly failed: boolean;
}

export interface PlayerRecord {
  readonly id: string;
  readonly action: ActionTaken;
  /** What the player wants to remember; null leaves what it had. */
  readonly memories: string | null;
}

interface RoundBase extends PhaseBase<RoundStateName> {
  readonly round_no: number;
  readonly start: World;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly actions: readonly PlayerRecord[];
  readonly rulings: readonly { readonly id: string; readonly ruling: Ruling }[];
  readonly effects: RoundEffects | null;
  readonly ending_narrative: string | null;
  readonly seats: readonly SeatRecord[];
  /** How often it was begun. */
  readonly play: number;
  /** The play that begins once the job of the present one has been cancelled. */
  readonly restarting: number | null;
}

export type RoundState =
  | { readonly state: 'none'; readonly contest_id: string; readonly round_no: number }
  | (RoundBase & { readonly state: RoundStateName });
export type ExistingRound = Extract<RoundState, RoundBase>;

export type RoundCommand =
  | { readonly type: 'create'; readonly start: World }
  /** Was played in another contest. */
  | { readonly type: 'copy'; readonly state: ExistingRound }
  | { readonly type: 'advance'; readonly in?: string }
  | { readonly type: 'proceed' }
  | { readonly type: 'retry'; readonly number: number }
  /** From its start, as its play of this number. */
  | { readonly type: 'restart'; readonly play: number }
  | { readonly type: 'cancel' }
  | ChildrenSettled;

export type RoundEvent =
  | { readonly type: 'round_created'; readonly start: World; readonly retries: number }
  | { readonly type: 'copied'; readonly state: ExistingRound }
  | {
      readonly type: 'moved';
      readonly from: RoundStateName;
      readonly to: RoundStateName;
      readonly job_id?: string;
      readonly error?: string;
    }
  | {
      readonly type: 'actions_taken';
      readonly actions: readonly PlayerRecord[];
      readonly seats: readonly SeatRecord[];
      /** Why the round cannot go on; left out when it can. */
      readonly failure?: string;
    }
  | {
      readonly type: 'rulings_made';
      readonly rulings: readonly { readonly id: string; readonly ruling: Ruling }[];
      readonly seats: readonly SeatRecord[];
      readonly failure: string | null;
    }
  | {
      readonly type: 'effects_applied';
      readonly effects: RoundEffects | null;
      readonly seats: readonly SeatRecord[];
      readonly failure: string | null;
    }
  | {
      readonly type: 'results_described';
      readonly text: string | null;
      readonly seats: readonly SeatRecord[];
      readonly failure: string | null;
    }
  | { readonly type: 'retried'; readonly number: number; readonly to: RoundStateName; readonly job_id: string }
  | { readonly type: 'restart_requested'; readonly play: number }
  | {
      readonly type: 'restarted';
      readonly from: RoundStateName;
      readonly to: 'idle';
      readonly play: number;
      readonly retries: number;
    }
  | { readonly type: 'halted'; readonly state: RoundStateName }
  | { readonly type: 'cancel_requested' }
  | { readonly type: 'stopped' };

/** The action of a player that gave no usable answer. */
export const noAction: ActionTaken = { action: 'none', target: null, narration: null };

/** The world that a round leaves: its start, with the judge's effects and what the players want to remember. */
export function worldAfter(round: ExistingRound): World {
  const { effects } = round;
  return {
    features: round.start.features.map((feature) => afterFeature(feature, effects)),
    players: round.start.players.map((player) => afterPlayer(player, round)),
  };
}

/** One of its players, as the round leaves it. */
export function playerAfter(round: ExistingRound, id: string): PlayerStanding | null {
  const player = round.start.players.find((one) => one.id === id);
  return player ? afterPlayer(player, round) : null;
}

function afterFeature(feature: Feature, effects: RoundEffects | null): Feature {
  const change = effects?.features.findLast(({ id }) => id === feature.id);
  if (!change) return feature;
  return {
    ...feature,
    position: change.position ?? feature.position,
    description: change.description ?? feature.description,
  };
}

function afterPlayer(player: PlayerStanding, round: ExistingRound): PlayerStanding {
  const change = round.effects?.players.findLast(({ id }) => id === player.id);
  const memories = round.actions.find(({ id }) => id === player.id)?.memories ?? player.memories;
  return {
    ...player,
    memories,
    position: change?.position ?? player.position,
    health: change?.health ?? player.health,
    score: change?.score ?? player.score,
    inventory: change?.inventory ?? player.inventory,
  };
}

export function existingRound(state: unknown): ExistingRound | null {
  const round = state as RoundState | undefined;
  return round && round.state !== 'none' ? round : null;
}
