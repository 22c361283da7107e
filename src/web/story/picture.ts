/**
 * A contest at one position of its journal, as the panel shows it. Pictures are never changed: a later one shares with an earlier
 * one whatever has stayed as it was.
 */
import type {
  ActionTaken,
  ArenaOfContest,
  ContestStateName,
  EndReason,
  Fault,
  Feature,
  JobNode,
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

export interface Seat {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly description: string;
  readonly endpoint: string;
  readonly state: ParticipantStateName;
  readonly faults: number;
  /** Until it answered the role call. */
  readonly latencyMs: number | null;
  readonly message: string;
}

/** How long each seat took to answer in a round, by its id. */
export type Latencies = Readonly<Record<string, number | null>>;

export interface Settings {
  readonly auto_advance: boolean;
  readonly max_rounds: number;
  readonly winning_score: number;
  readonly seed: number;
  readonly max_faults: number;
}

/** One try of a job. */
export interface Attempt {
  readonly number: number;
  readonly requestedAt: number;
  readonly deadline: number;
  readonly latencyMs: number | null;
  /** What came, as it came; null when it was read without ado, and is the same as what was read. */
  readonly raw: string | null;
  readonly answered: boolean;
  readonly faults: readonly Fault[];
}

export interface Job {
  readonly id: string;
  readonly stream: string;
  /** The name of the place where it lies. */
  readonly place: string;
  readonly type: string;
  readonly promptType: string | null;
  readonly participantId: string | null;
  /** The player whose action is judged. */
  readonly about: string | null;
  readonly state: JobNode['state'];
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** Until when it waits for an answer, or to ask again. */
  readonly dueAt: number | null;
  readonly attemptsMax: number;
  readonly attempts: readonly Attempt[];
  readonly data: Json;
  readonly message: string;
  readonly usage: Usage | null;
  /** Answers that came when it had ended. */
  readonly lateAnswers: readonly string[];
}

/** What was asked at `setup`, in `round/3`, or of `participant/…`. */
export interface Place {
  readonly name: string;
  readonly jobs: readonly Job[];
}

export interface SeatRecord {
  readonly id: string;
  readonly latency_ms: number | null;
  readonly faults: readonly Fault[];
  readonly usage: Usage | null;
  readonly failed: boolean;
}

export interface World {
  readonly features: readonly Feature[];
  readonly players: readonly PlayerStanding[];
}

export interface Round {
  readonly number: number;
  readonly state: RoundStateName;
  readonly halted: boolean;
  readonly start: World;
  /** What the round has made of it so far. */
  readonly world: World;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly actions: readonly { readonly id: string; readonly action: ActionTaken; readonly memories: string | null }[];
  readonly rulings: readonly { readonly id: string; readonly ruling: Ruling }[];
  readonly effects: RoundEffects | null;
  readonly endingNarrative: string | null;
  readonly seats: readonly SeatRecord[];
  readonly failedIn: RoundStateName | null;
  readonly error: string | null;
  /** How often it was begun again. */
  readonly restarts: number;
}

export interface Setup {
  readonly state: SetupStateName;
  readonly halted: boolean;
  readonly narrative: string | null;
  readonly features: readonly Feature[];
  readonly players: readonly PlayerStanding[];
  readonly failedIn: SetupStateName | null;
  readonly error: string | null;
}

export interface Contest {
  readonly state: ContestStateName;
  readonly paused: boolean;
  readonly halted: boolean;
  readonly arena: ArenaOfContest;
  readonly settings: Settings;
  readonly seats: readonly Seat[];
  readonly roundNumber: number | null;
  readonly winnerId: string | null;
  readonly endReason: EndReason | null;
  readonly failedIn: ContestStateName | null;
  readonly error: string | null;
  /** In the last round that was played. */
  readonly latencies: Latencies;
  /** In the one before the round that is played. */
  readonly latenciesBefore: Latencies;
  readonly createdAt: number;
  readonly startTime: number | null;
  readonly endTime: number | null;
}

export interface Picture {
  readonly position: number;
  /** When the newest entry was made. */
  readonly at: number;
  /** When the contest, its set-up or its round came into the state it is in. */
  readonly since: number;
  /** Null before the first entry. */
  readonly contest: Contest | null;
  readonly setup: Setup | null;
  readonly rounds: readonly Round[];
  /** In the order in which something was first asked there, so that what changes is near the end. */
  readonly places: readonly Place[];
}

export const blankPicture: Picture = {
  position: 0,
  at: 0,
  since: 0,
  contest: null,
  setup: null,
  rounds: [],
  places: [],
};

export function currentRound(picture: Picture): Round | null {
  return picture.rounds.at(-1) ?? null;
}

export function jobsOf(picture: Picture, place: string): readonly Job[] {
  return picture.places.findLast(({ name }) => name === place)?.jobs ?? [];
}

export function allJobs({ places }: Picture): Job[] {
  return places.flatMap(({ jobs }) => jobs);
}

/** The world as it is at the picture: of the newest round, else of the set-up, else the arena's own features. */
export function worldOf(picture: Picture): World {
  const round = currentRound(picture);
  if (round) return round.world;
  if (picture.setup && picture.setup.features.length > 0) return picture.setup;
  return { features: picture.contest?.arena.features ?? [], players: picture.setup?.players ?? [] };
}

/** A job that asks somebody and has not ended: who is being waited for. */
export function openAsks(picture: Picture): Job[] {
  const places = ['setup', `round/${currentRound(picture)?.number ?? -1}`, ...seatPlaces(picture)];
  return places
    .flatMap((place) => jobsOf(picture, place))
    .filter((job) => job.participantId !== null && job.endedAt === null);
}

function seatPlaces(picture: Picture): string[] {
  return picture.contest?.state === 'role_call' ? picture.contest.seats.map((seat) => `participant/${seat.id}`) : [];
}

/** How long a seat took to answer in the last round that was played, or else to the role call; null before the first answer. */
export function latencyOf({ latencies }: Contest, { id, latencyMs }: Seat): number | null {
  return latencies[id] ?? latencyMs;
}
