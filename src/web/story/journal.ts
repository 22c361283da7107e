/**
 * What the panel reads of a contest's journal: of each machine's events, the fields that pictures are made of. Events and fields that
 * are not here are passed over, so that a newer arena can still be watched.
 */
import type {
  ActionTaken,
  ArenaOfContest,
  ContestStateName,
  EndReason,
  Fault,
  Feature,
  Json,
  ParticipantStateName,
  PlayerStanding,
  Role,
  RoundEffects,
  RoundStateName,
  Ruling,
  SetupStateName,
  Usage,
} from '../../client/client.ts';
import type { Round, SeatRecord, Settings, World } from './picture.ts';

export interface PlannedSeat {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly description: string;
  readonly endpoint: string;
}

interface Moved<State extends string> {
  readonly type: 'moved';
  readonly from: State;
  readonly to: State;
  readonly error?: string;
}

/** What a round came to for its seats. */
export interface RoundResult {
  readonly seats: readonly { readonly id: string; readonly latency_ms: number | null }[];
}

export type ContestEvent =
  | {
      readonly type: 'contest_created';
      readonly arena: ArenaOfContest;
      readonly seats: readonly PlannedSeat[];
      readonly settings: Settings;
    }
  | (Moved<ContestStateName> & {
      readonly round_no?: number;
      readonly winner_id?: string | null;
      readonly end_reason?: EndReason;
    })
  /** A fork goes on after this round, which was played elsewhere. */
  | { readonly type: 'past_given'; readonly round_no: number; readonly last_round: RoundResult | null }
  | { readonly type: 'round_settled'; readonly result?: RoundResult }
  | { readonly type: 'round_restarted' }
  | { readonly type: 'halted' }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  | { readonly type: 'adjusted'; readonly settings: Partial<Settings> };

/** How a machine of a fork was when the contest that it comes from had come so far. */
interface Copied<State> {
  readonly type: 'copied';
  readonly state: State;
}

interface CopiedSetup {
  readonly state: SetupStateName;
  readonly features: readonly Feature[];
  readonly players: readonly PlayerStanding[];
  readonly narrative: string | null;
}

interface CopiedRound {
  readonly state: RoundStateName;
  readonly start: World;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly actions: Round['actions'];
  readonly rulings: Round['rulings'];
  readonly effects: RoundEffects | null;
  readonly ending_narrative: string | null;
  readonly seats: readonly SeatRecord[];
}

interface CopiedSeat {
  readonly state: ParticipantStateName;
  readonly message: string;
  readonly last_latency_ms: number | null;
  readonly faults: number;
}

export type SetupEvent =
  | { readonly type: 'setup_created' }
  | Copied<CopiedSetup>
  | (Moved<SetupStateName> & { readonly features?: readonly Feature[]; readonly players?: readonly PlayerStanding[] })
  | { readonly type: 'features_generated'; readonly features: readonly Feature[] }
  | { readonly type: 'described'; readonly text: string }
  | { readonly type: 'retried' }
  | { readonly type: 'halted' };

export type RoundEvent =
  | { readonly type: 'round_created'; readonly start: World }
  | Copied<CopiedRound>
  | { readonly type: 'restarted' }
  | Moved<RoundStateName>
  | {
      readonly type: 'actions_taken';
      readonly actions: readonly {
        readonly id: string;
        readonly action: ActionTaken;
        readonly memories: string | null;
      }[];
      readonly seats: readonly SeatRecord[];
    }
  | {
      readonly type: 'rulings_made';
      readonly rulings: readonly { readonly id: string; readonly ruling: Ruling }[];
      readonly seats: readonly SeatRecord[];
    }
  | { readonly type: 'effects_applied'; readonly effects: RoundEffects | null; readonly seats: readonly SeatRecord[] }
  | { readonly type: 'results_described'; readonly text: string | null; readonly seats: readonly SeatRecord[] }
  | { readonly type: 'retried'; readonly to: RoundStateName }
  | { readonly type: 'halted' }
  | { readonly type: 'stopped' };

export type SeatEvent =
  | { readonly type: 'registered' }
  | Copied<CopiedSeat>
  | (Moved<ParticipantStateName> & { readonly message?: string; readonly latency_ms?: number | null })
  | { readonly type: 'round_noted'; readonly latency_ms: number | null; readonly faults: number };

interface Task {
  readonly type: string;
  readonly prompt_type?: string;
  readonly participant_id?: string;
  readonly about?: string | null;
}

export type JobEvent =
  | { readonly type: 'job_created'; readonly spec: { readonly task: Task; readonly max_attempts: number } }
  | { readonly type: 'turn_awaited' }
  | { readonly type: 'requested'; readonly attempt: number; readonly deadline: number }
  | { readonly type: 'answered'; readonly attempt: number; readonly latency_ms: number; readonly raw: string | null }
  | { readonly type: 'completed'; readonly data: Json; readonly message: string; readonly usage: Usage | null }
  | { readonly type: 'pended'; readonly until: number; readonly message: string }
  | { readonly type: 'faulted'; readonly fault: Fault }
  | { readonly type: 'retry_planned'; readonly due_at: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'cancelled'; readonly message: string }
  | { readonly type: 'late_answer'; readonly fault: Fault; readonly raw: string };
