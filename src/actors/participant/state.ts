/** The seat's vocabulary: presence, faults and standing of one participant in one contest. */
import type { Fault } from '../../protocol/contest.ts';
import type { ParticipantStateName } from '../../protocol/states.ts';
import type { ChildNotice, ChildrenSettled } from '../runtime/machine.ts';

interface ParticipantBase {
  readonly contest_id: string;
  readonly id: string;
  /** The number of the check that it made or is making. */
  readonly check_no: number;
  readonly job_id: string | null;
  readonly message: string;
  readonly last_latency_ms: number | null;
  /** Of what it was told last, and of how many faults then. `round_no` is null for the setup. */
  readonly noted: { readonly round_no: number | null; readonly play: number; readonly faults: number } | null;
  readonly faults: number;
  readonly failures: number;
}

export type ParticipantState =
  | { readonly state: 'none'; readonly contest_id: string; readonly id: string }
  | (ParticipantBase & { readonly state: ParticipantStateName });
export type ExistingParticipant = Extract<ParticipantState, ParticipantBase>;

/** A round, or the setup when null, and which play of it. */
export interface Play {
  readonly round_no: number | null;
  readonly play: number;
}

/** What a seat reports when its health was checked. */
export interface SeatCheck {
  readonly message: string;
  readonly check_no: number;
}

export function seatCheckIn({ result }: ChildNotice): SeatCheck {
  return result as SeatCheck;
}

export type ParticipantCommand =
  | { readonly type: 'create' }
  /** Has played in another contest. */
  | { readonly type: 'copy'; readonly state: ExistingParticipant }
  | { readonly type: 'check'; readonly number: number }
  | {
      readonly type: 'round_result';
      /** Null for the setup. */
      readonly round_no: number | null;
      readonly play: number;
      readonly latency_ms: number | null;
      readonly faults: number;
      readonly failures: number;
      readonly out: boolean;
    }
  | { readonly type: 'cancel' }
  | ChildrenSettled;

export type ParticipantEvent =
  | { readonly type: 'registered' }
  | { readonly type: 'copied'; readonly state: ExistingParticipant }
  | {
      readonly type: 'moved';
      readonly from: ParticipantStateName;
      readonly to: ParticipantStateName;
      readonly check_no?: number;
      readonly job_id?: string;
      readonly message?: string;
      readonly latency_ms?: number | null;
      /** What went wrong last in a check. */
      readonly fault?: Fault;
    }
  | {
      readonly type: 'round_noted';
      readonly round_no: number | null;
      readonly play: number;
      readonly latency_ms: number | null;
      /** Those that were not noted before. */
      readonly faults: number;
      readonly failures: number;
    };
