/** The contest's vocabulary: its state, commands and events. */
import type { ArenaOfContest } from '../../protocol/contest.ts';
import type { ContestStateName, EndReason, Role } from '../../protocol/states.ts';
import type { ExistingParticipant } from '../participant/state.ts';
import type { ExistingRound } from '../round/state.ts';
import type { ChildNotice, ChildrenSettled } from '../runtime/machine.ts';
import type { ExistingSetup } from '../setup/state.ts';

/** A participant's place in a contest, copied when the contest was made. Keys stay in the catalogue. */
export interface Seat {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly description: string;
  readonly endpoint: string;
  /** Where a player starts; null when it is drawn. */
  readonly position: string | null;
  readonly inventory: readonly string[];
}

export interface ContestSettings {
  readonly auto_advance: boolean;
  readonly max_rounds: number;
  readonly winning_score: number;
  readonly seed: number;
  readonly response_timeout_ms: number;
  readonly max_attempts: number;
  readonly max_faults: number;
  readonly health_timeout_ms: number;
  readonly completion_channel: string | null;
}

/** Everything a contest is made from: a clone has the same. */
export interface ContestPlan {
  readonly arena: ArenaOfContest;
  readonly seats: readonly Seat[];
  readonly settings: ContestSettings;
}

/** What a played round means for the contest. */
export interface RoundOutcome {
  readonly round_no: number;
  /** Which play of the round it was, counted from 1. */
  readonly play: number;
  readonly winner_id: string | null;
  readonly standing: readonly PlayerStandingReport[];
  /** Players that gave no usable answer, in a way that counts against them. */
  readonly failed_seats: readonly string[];
  readonly seats: readonly SeatReport[];
}

/** Where a round has left a player. */
export interface PlayerStandingReport {
  readonly id: string;
  readonly score: number;
  readonly position: string;
  readonly health: string;
}

/** What a round tells about one seat that was asked in it. */
export interface SeatReport {
  readonly id: string;
  readonly latency_ms: number | null;
  readonly faults: number;
}

/** Of a round that is complete. */
export function roundOutcomeIn({ result }: ChildNotice): RoundOutcome {
  return result as RoundOutcome;
}

/** What the contest has last heard of its seats. `round_no` is null for the setup. */
export interface SeatNews {
  readonly round_no: number | null;
  readonly play: number;
  /** The play before is void: what it counted against these seats is taken back. */
  readonly voids: boolean;
  readonly seats: readonly SeatReport[];
}

/** How the child that the contest waits for has settled. */
export type ChildOutcome =
  | { readonly outcome: 'complete' }
  | { readonly outcome: 'fail'; readonly message: string }
  | { readonly outcome: 'cancelled' };

interface ContestBase extends ContestPlan {
  readonly id: string;
  readonly created_at: number;
  readonly paused: boolean;
  /** The command that asked for the cancel, while the children settle. */
  readonly cancelled_by: string | null;
  /** Stopped before a transition that is due, until it is told to advance. */
  readonly halted: boolean;
  readonly failed_in: ContestStateName | null;
  /** How often it was retried: numbers the orders to its children, so that each is followed once. */
  readonly retries: number;
  /** What each seat answered in the role call. */
  readonly checks: Readonly<Record<string, { readonly ready: boolean; readonly message: string }>>;
  /** How the setup or the round of the present state has settled; null while it is at work. */
  readonly child: ChildOutcome | null;
  readonly round_no: number | null;
  /** Which play of the newest round it is, counted from 1. */
  readonly play: number;
  /** What was known when the newest round began, for when it is played again; null before the first that this contest plays. */
  readonly before_round: Pick<ContestBase, 'last_round' | 'failures'> | null;
  readonly last_round: RoundOutcome | null;
  readonly seat_news: SeatNews | null;
  /** Turns that each player failed to answer. */
  readonly failures: Readonly<Record<string, number>>;
  readonly winner_id: string | null;
  readonly end_reason: EndReason | null;
  readonly start_time: number | null;
  readonly end_time: number | null;
  readonly error: string | null;
  readonly removed_at: number | null;
}

export type ContestState =
  | { readonly state: 'none'; readonly id: string }
  | (ContestBase & { readonly state: ContestStateName });
export type ExistingContest = Extract<ContestState, { readonly arena: ArenaOfContest }>;

/** The contest that another one was made from, and up to which of its entries. */
export type ContestOrigin =
  | { readonly clone_of: string }
  | ContestCopy
  | { readonly fork_of: string; readonly round_no: number; readonly position: number };

export interface ContestCopy {
  readonly copy_of: string;
  readonly position: number;
  /** When it was made: its entries have the times of the original. Early copies do not say it. */
  readonly copied_at?: number;
}

/** What a contest has behind it that was played in another one: the folded states of those who played it there. */
export interface Past extends Pick<ContestBase, 'last_round' | 'failures'> {
  /** The newest round. */
  readonly round_no: number;
  readonly setup: ExistingSetup;
  readonly participants: readonly ExistingParticipant[];
  readonly rounds: readonly ExistingRound[];
}

export type ContestCommand =
  | ({
      readonly type: 'create';
      readonly origin: ContestOrigin | null;
      readonly past?: Past;
      readonly start?: boolean;
    } & ContestPlan)
  | { readonly type: 'start' }
  /** One transition, if one is due; with `in` only when the contest is in that state. */
  | { readonly type: 'advance'; readonly in?: string }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'cancel' }
  | { readonly type: 'retry' }
  /** Plays the newest round again from its start. */
  | { readonly type: 'restart_round'; readonly round_no: number }
  /** Takes it out of the lists; the journal keeps it. */
  | { readonly type: 'remove' }
  | {
      readonly type: 'adjust';
      readonly settings: Partial<Pick<ContestSettings, 'auto_advance' | 'max_rounds' | 'winning_score'>>;
    }
  | ChildrenSettled;

export type ContestEvent =
  | ({ readonly type: 'contest_created'; readonly origin: ContestOrigin | null } & ContestPlan)
  /** It goes on after this round, which was played elsewhere; setup, seats and rounds are spawned with their states. */
  | ({ readonly type: 'past_given' } & Pick<Past, 'round_no' | 'last_round' | 'failures'>)
  | {
      readonly type: 'moved';
      readonly from: ContestStateName;
      readonly to: ContestStateName;
      readonly round_no?: number;
      readonly error?: string;
      readonly winner_id?: string | null;
      readonly end_reason?: EndReason;
    }
  | {
      readonly type: 'seats_checked';
      readonly seats: readonly { readonly id: string; readonly ready: boolean; readonly message: string }[];
    }
  | { readonly type: 'setup_settled'; readonly outcome: ChildOutcome; readonly seats?: readonly SeatReport[] }
  | {
      readonly type: 'round_settled';
      readonly outcome: ChildOutcome;
      readonly result: RoundOutcome | null;
      /** Of a round that is not complete; a result has its own. */
      readonly seats?: readonly SeatReport[];
    }
  /** What the round has come to is void; the journal keeps it. */
  | { readonly type: 'round_restarted'; readonly round_no: number; readonly play: number }
  | { readonly type: 'halted'; readonly state: ContestStateName }
  | { readonly type: 'paused' }
  | { readonly type: 'removed' }
  | { readonly type: 'resumed' }
  | { readonly type: 'cancel_requested'; readonly command_id: string }
  | { readonly type: 'adjusted'; readonly settings: Partial<ContestSettings> };

export function playersOf(contest: ContestPlan): readonly Seat[] {
  return contest.seats.filter((seat) => seat.role === 'player');
}

export function seatOfRole(contest: ContestPlan, role: Role): Seat | null {
  return contest.seats.find((seat) => seat.role === role) ?? null;
}

export function latencyInLastRound(contest: ExistingContest, seatId: string): number | null {
  return contest.last_round?.seats.find(({ id }) => id === seatId)?.latency_ms ?? null;
}

/** Out: it failed to answer as often as the settings allow. It stays listed, is not asked and cannot win. */
export function isOut(contest: ExistingContest, seatId: string): boolean {
  return (contest.failures[seatId] ?? 0) >= contest.settings.max_faults;
}

/** Whether the contest, its setup and its round stop before each transition. */
export function isStepping(contest: ExistingContest): boolean {
  return contest.paused || !contest.settings.auto_advance;
}

/** Whether the setup or a round is the one to wait for. */
export function isAtWork(contest: ExistingContest): boolean {
  return contest.state === 'setup_arena' || contest.state === 'in_round';
}

/** The seats that are asked whether they are well before anything is played: those that are out are asked nothing any more. */
export function seatsToCall(contest: ExistingContest): readonly Seat[] {
  return contest.seats.filter(({ id }) => !isOut(contest, id));
}

/** The roles that a contest needs and has nobody for. */
export function missingRoles(plan: ContestPlan): Role[] {
  const needed: Role[] = ['player', 'judge', 'announcer'];
  if (plan.arena.max_random_features > 0) needed.push('arena');
  return needed.filter((role) => seatOfRole(plan, role) === null);
}

export function existingContest(state: unknown): ExistingContest {
  const contest = state as ContestState | undefined;
  if (!contest || contest.state === 'none') throw new Error('the contest of this root does not exist');
  return contest;
}
