/** The rows of the tables for people: pure functions of one machine's state each, so that a rebuild gives the same rows. */
import { contestOf, rootOf } from './address.ts';
import { statsOf, turnOf } from './contest/document.ts';
import { type ContestState, type ExistingContest, latencyInLastRound, type Seat } from './contest/state.ts';
import { callOf } from './job/call.ts';
import { jobResponse, jobSummary } from './job/document.ts';
import { unbegunChildren } from './job/reading.ts';
import { type ExistingJob, isFinalJob, type JobState } from './job/state.ts';
import { machineOf } from './machines.ts';
import type { ParticipantState } from './participant/state.ts';
import { type ExistingRound, type RoundState, worldAfter } from './round/state.ts';
import { foldRoot, type MachineOf } from './runtime/fold.ts';
import type { Entry } from './runtime/journal.ts';
import type { Projection, Row, StreamState, TableName } from './runtime/projection.ts';

type Columns = Row['columns'];

export const projection: Projection = {
  rowsOf(stream) {
    switch (stream.kind) {
      case 'contest':
        return contestRows(stream.state as ContestState);
      case 'participant':
        return seatRows(stream.state as ParticipantState);
      case 'round':
        return roundRows(stream.state as RoundState);
      case 'job':
        return jobRows(stream, stream.state as JobState);
      default:
        return [];
    }
  },
  fold: (entries) => foldStreams(machineOf, entries),
};

/** The states of all streams of a root. */
export function foldStreams(machineAt: MachineOf, entries: readonly Entry[]): StreamState[] {
  const root = entries[0]?.root;
  if (root === undefined) return [];
  const folded = foldRoot(root, machineAt, entries);
  return [...folded.actors.values()].map(({ address, machine, state, seq }) => ({
    stream: address,
    kind: machine.kind,
    seq,
    state,
  }));
}

function contestRows(contest: ContestState): readonly Row[] {
  if (contest.state === 'none') return [];
  const { auto_advance, max_rounds, winning_score, seed } = contest.settings;
  const columns: Columns = {
    state: contest.state,
    paused: Number(contest.paused),
    arena_id: contest.arena.id,
    arena_name: contest.arena.name,
    arena: JSON.stringify(contest.arena),
    participants: JSON.stringify(contest.seats.map((seat) => seatAtFirst(contest, seat))),
    auto_advance: Number(auto_advance),
    max_rounds,
    winning_score,
    seed,
    current_round: contest.round_no,
    winner_id: contest.winner_id,
    end_reason: contest.end_reason,
    start_time: contest.start_time,
    end_time: contest.end_time,
    error: contest.error,
    created_at: contest.created_at,
    deleted_at: contest.removed_at,
  };
  return [{ table: 'contest', key: contest.id, columns }];
}

/** A seat as the contest knows it; before it is asked for the first time there is no more to know. */
function seatAtFirst(contest: ExistingContest, { id, name, role, description, endpoint }: Seat) {
  const lastLatencyMs = latencyInLastRound(contest, id);
  return {
    id,
    name,
    role,
    description,
    endpoint,
    state: 'registered',
    faults_count: 0,
    last_latency_ms: lastLatencyMs,
  };
}

function seatRows(seat: ParticipantState): readonly Row[] {
  if (seat.state === 'none') return [];
  const columns: Columns = {
    contest_id: seat.contest_id,
    participant_id: seat.id,
    state: seat.state,
    faults_count: seat.faults,
    last_latency_ms: seat.last_latency_ms,
  };
  return [{ table: 'seat', key: `${seat.contest_id}/${seat.id}`, columns }];
}

function roundRows(round: RoundState): readonly Row[] {
  if (round.state === 'none') return [];
  const place = { contest_id: round.contest_id, round_no: round.round_no };
  const key = `${round.contest_id}/${round.round_no}`;
  const world = worldAfter(round);
  const row = (table: TableName, id: string | null, columns: Columns): Row => ({
    table,
    key: id === null ? key : `${key}/${id}`,
    columns: { ...place, ...columns },
  });
  const stats = statsOf(round);
  return [
    row('round', null, { state: round.state, ending_narrative: round.ending_narrative }),
    row('round_stats', null, {
      actions_count: stats.actions_count,
      duration_ms: stats.duration_ms,
      metrics: JSON.stringify(stats.metrics),
    }),
    // Features are written as round 0 finds them, later only where a round has changed them.
    ...world.features
      .filter((feature, index) => round.round_no === 0 || feature !== round.start.features[index])
      .map(({ id, name, description, position, origin }) =>
        row('contest_feature', id, { feature_id: id, name, description, position, origin }),
      ),
    ...world.players.map(({ id, name, position, inventory, health, score, memories }) =>
      row('player_state', id, {
        participant_id: id,
        name,
        position,
        inventory: JSON.stringify(inventory),
        health,
        score,
        memories,
      }),
    ),
    ...turnRows(round, row),
    ...rowsOfVoidPlays(round, key),
  ];
}

/** What a play that is void has shown, and the present one does not. */
function rowsOfVoidPlays(round: ExistingRound, key: string): Row[] {
  if (round.play === 1) return [];
  const gone = (table: TableName, id: string): Row => ({ table, key: `${key}/${id}`, columns: {}, gone: true });
  const { features, players } = round.start;
  const after = worldAfter(round).features;
  const unchanged = features.filter((feature, index) => round.round_no > 0 && feature === after[index]);
  const acted = new Set(round.actions.map(({ id }) => id));
  const judged = new Set(round.rulings.map(({ id }) => id));
  return [
    ...unchanged.map(({ id }) => gone('contest_feature', id)),
    ...players.filter(({ id }) => !acted.has(id)).map(({ id }) => gone('player_action', id)),
    ...players.filter(({ id }) => !judged.has(id)).map(({ id }) => gone('judge_result', id)),
  ];
}

function turnRows(round: ExistingRound, row: (table: TableName, id: string, columns: Columns) => Row): Row[] {
  const actions = round.actions.map(({ id, action, memories }) =>
    row('player_action', id, { participant_id: id, ...action, memories }),
  );
  const results = round.start.players.flatMap(({ id }) => {
    const { result } = turnOf(round, id);
    if (!result) return [];
    const { reason, narration, memories } = result;
    return [
      row('judge_result', id, {
        participant_id: id,
        result: result.result,
        reason,
        narration,
        memories: memories ?? null,
      }),
    ];
  });
  return [...actions, ...results];
}

/**
 * A job of a contest gets its one row when it is final; one made from outside has a row from its beginning, so that it can be
 * found and listed, and with the end of a batch also what that never began.
 */
function jobRows({ stream }: StreamState, job: JobState): readonly Row[] {
  if (job.state === 'none' || (!isFinalJob(job) && contestOf(stream) !== null)) return [];
  const unbegun = isFinalJob(job) ? unbegunChildren(job, stream) : [];
  return [jobRow(stream, job), ...unbegun.flatMap(({ address, job: child }) => unbegunRows(address, child))];
}

function unbegunRows(stream: string, job: ExistingJob): Row[] {
  return [
    jobRow(stream, job),
    ...unbegunChildren(job, stream).flatMap(({ address, job: child }) => unbegunRows(address, child)),
  ];
}

function jobRow(stream: string, job: ExistingJob): Row {
  const call = callOf(job.spec.task);
  const isFinal = isFinalJob(job);
  const summary = jobSummary(stream, job);
  const { job_id: key, usage, ...shown } = summary;
  const columns: Columns = {
    ...shown,
    root: rootOf(stream),
    stream,
    round_no: call?.type === 'prompt' ? call.round_no : null,
    faults: JSON.stringify(job.faults),
    usage: usage && JSON.stringify(usage),
    ...(isFinal ? endColumns(job) : {}),
    deleted_at: (isFinal && job.removed_at) || null,
  };
  return { table: 'job', key, columns };
}

/** What may be large is written once, at the end. */
function endColumns(job: ExistingJob): Columns {
  const { data, request_data, child_data } = jobResponse(job);
  return {
    data: JSON.stringify(data),
    request_data: request_data === null ? null : JSON.stringify(request_data),
    child_data: child_data === null ? null : JSON.stringify(child_data),
  };
}
