/** The picture after one more entry of the journal. Pure, and total: what it does not know changes nothing but the position. */
import type { EntryDocument } from '../../client/client.ts';
import { isContestEnd } from '../../protocol/states.ts';
import { evolveJob, newJob } from './evolve-job.ts';
import { evolveRound, evolveSetup, newRound, newSetup } from './evolve-round.ts';
import type { ContestEvent, JobEvent, RoundEvent, RoundResult, SeatEvent, SetupEvent } from './journal.ts';
import { blankPicture, type Contest, type Job, jobsOf, type Latencies, type Picture, type Seat } from './picture.ts';

/** What the events of one entry are told to, by the kind of machine that made them. */
type Machine = (picture: Picture, event: never, entry: EntryDocument) => Picture;

const machines: Readonly<Record<string, Machine>> = {
  contest: contestEvent,
  setup: setupEvent,
  round: roundEvent,
  participant: seatEvent,
  job: jobEvent,
};

export function evolvePicture(picture: Picture, entry: EntryDocument): Picture {
  const machine = machines[entry.kind];
  let next: Picture = { ...picture, position: entry.position, at: entry.at };
  if (!machine) return next;
  for (const event of entry.events) {
    next = machine(next, event as never, entry);
    if (event.type === 'moved' && entry.kind !== 'participant') next = { ...next, since: entry.at };
  }
  return next;
}

function contestEvent(picture: Picture, event: ContestEvent, { at }: EntryDocument): Picture {
  if (event.type === 'contest_created')
    return { ...blankPicture, ...positionOf(picture), contest: newContest(event, at) };
  const { contest } = picture;
  return contest ? { ...picture, contest: evolveContest(contest, event, at) } : picture;
}

function positionOf({ position, at }: Picture): Pick<Picture, 'position' | 'at' | 'since'> {
  return { position, at, since: at };
}

function newContest(event: Extract<ContestEvent, { type: 'contest_created' }>, at: number): Contest {
  return {
    state: 'created',
    paused: false,
    halted: false,
    arena: event.arena,
    settings: event.settings,
    seats: event.seats.map((seat): Seat => ({ ...seat, state: 'registered', faults: 0, latencyMs: null, message: '' })),
    roundNumber: null,
    winnerId: null,
    endReason: null,
    failedIn: null,
    error: null,
    latencies: {},
    latenciesBefore: {},
    createdAt: at,
    startTime: null,
    endTime: null,
  };
}

function evolveContest(
  contest: Contest,
  event: Exclude<ContestEvent, { type: 'contest_created' }>,
  at: number,
): Contest {
  switch (event.type) {
    case 'moved':
      return {
        ...contest,
        state: event.to,
        halted: false,
        roundNumber: event.round_no ?? contest.roundNumber,
        ...(event.round_no === undefined ? {} : { latenciesBefore: contest.latencies }),
        winnerId: event.winner_id ?? null,
        endReason: event.end_reason ?? null,
        failedIn: event.to === 'fail' ? event.from : null,
        error: event.error ?? null,
        startTime: event.to === 'starting' ? at : contest.startTime,
        endTime: isContestEnd(event.to) ? at : null,
      };
    case 'past_given':
      return { ...contest, roundNumber: event.round_no, latencies: latenciesIn(event.last_round) };
    case 'round_settled':
      return event.result ? { ...contest, latencies: latenciesIn(event.result) } : contest;
    case 'round_restarted':
      return { ...contest, halted: false, latencies: contest.latenciesBefore };
    case 'halted':
      return { ...contest, halted: true };
    case 'paused':
      return { ...contest, paused: true };
    case 'resumed':
      return { ...contest, paused: false };
    case 'adjusted':
      return { ...contest, settings: { ...contest.settings, ...event.settings } };
    default:
      return contest;
  }
}

function latenciesIn(result: RoundResult | null): Latencies {
  return Object.fromEntries(result?.seats.map(({ id, latency_ms }) => [id, latency_ms]) ?? []);
}

function setupEvent(picture: Picture, event: SetupEvent, entry: EntryDocument): Picture {
  const step = ownStep(evolveSetup, event.type);
  return step ? { ...picture, setup: step(picture.setup ?? newSetup, event as never, entry.at) } : picture;
}

function roundEvent(picture: Picture, event: RoundEvent, entry: EntryDocument): Picture {
  const step = ownStep(evolveRound, event.type);
  if (!step) return picture;
  const number = Number(placeOf(entry.stream).slice('round/'.length));
  const index = picture.rounds.findLastIndex((round) => round.number === number);
  const round = picture.rounds[index] ?? newRound(number, { features: [], players: [] }, entry.at);
  const changed = step(round, event as never, entry.at);
  const rounds = index === -1 ? [...picture.rounds, changed] : picture.rounds.with(index, changed);
  return { ...picture, rounds };
}

function seatEvent(picture: Picture, event: SeatEvent, entry: EntryDocument): Picture {
  const { contest } = picture;
  if (!contest) return picture;
  const id = entry.stream.slice(entry.stream.lastIndexOf('/') + 1);
  const seats = contest.seats.map((seat) => (seat.id === id ? evolveSeat(seat, event) : seat));
  return { ...picture, contest: { ...contest, seats } };
}

function evolveSeat(seat: Seat, event: SeatEvent): Seat {
  switch (event.type) {
    case 'moved':
      return {
        ...seat,
        state: event.to,
        message: event.message ?? '',
        latencyMs: event.latency_ms ?? seat.latencyMs,
      };
    case 'copied': {
      const { state, message, faults, last_latency_ms } = event.state;
      return { ...seat, state, message, faults, latencyMs: last_latency_ms };
    }
    case 'round_noted':
      return { ...seat, faults: seat.faults + event.faults, latencyMs: event.latency_ms ?? seat.latencyMs };
    default:
      return seat;
  }
}

function jobEvent(picture: Picture, event: JobEvent, entry: EntryDocument): Picture {
  const place = placeOf(entry.stream);
  const jobs = jobsOf(picture, place);
  if (event.type === 'job_created')
    return withJobs(picture, place, [...jobs, newJob(entry.stream, place, event, entry.at)]);
  const step = ownStep(evolveJob, event.type);
  const index = jobs.findLastIndex((job) => job.stream === entry.stream);
  const job = jobs[index];
  return step && job ? withJobs(picture, place, jobs.with(index, step(job, event as never, entry.at))) : picture;
}

function withJobs(picture: Picture, name: string, jobs: readonly Job[]): Picture {
  const { places } = picture;
  const index = places.findLastIndex((place) => place.name === name);
  const place = { name, jobs };
  return { ...picture, places: index === -1 ? [...places, place] : places.with(index, place) };
}

function ownStep<Steps extends object>(steps: Steps, type: string): Steps[keyof Steps] | undefined {
  return Object.hasOwn(steps, type) ? steps[type as keyof Steps] : undefined;
}

/** `contest/<id>/round/3/<job>/…` lies in `round/3`, `contest/<id>/setup/<job>` in `setup`. */
function placeOf(stream: string): string {
  const [, , kind = '', name = ''] = stream.split('/');
  return kind === 'setup' ? kind : `${kind}/${name}`;
}
