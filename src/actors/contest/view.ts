/**
 * What one seat of a contest sees: one pure, versioned function of the root's states and the seat. Whatever is not meant for a
 * seat is never put into its view, so nothing has to be taken out.
 */
import { hash } from 'node:crypto';
import type {
  ArenaOfContest,
  ContestView,
  PlayerStanding,
  PlayerView,
  RoundView,
  Ruling,
} from '../../protocol/contest.ts';
import { limits } from '../../protocol/limits.ts';
import { drawIndex } from '../../protocol/random.ts';
import type { Role } from '../../protocol/states.ts';
import type { PromptTask, RenderedPrompt } from '../job/state.ts';
import { type ExistingRound, playerAfter, worldAfter } from '../round/state.ts';
import type { Scope } from '../runtime/machine.ts';
import { narrativeOf, turnOf } from './document.ts';
import { contestIn, lastLatencyOf, roundsIn, setupIn } from './reading.ts';
import { type ExistingContest, isOut, type Seat } from './state.ts';

/** Raised whenever the same states would be shown otherwise. */
const viewVersion = 2;

/** The contest as a seat sees it, with the current round and the newest before it that fit into 256 KiB. */
export function contestView(scope: Scope, seat: Seat): ContestView {
  const contest = contestIn(scope);
  const head = viewHead(scope, contest, seat);
  const rounds = fittingRounds(scope, contest, seat, JSON.stringify(head));
  // Read from what a prompt is put together from, so that people see what was sent.
  return { ...head, rounds: rounds.map((json) => JSON.parse(json.toString()) as RoundView) };
}

/** The `data` of a prompt, as JSON with its hash. */
export function renderPrompt(scope: Scope, task: PromptTask): RenderedPrompt {
  const contest = contestIn(scope);
  const seat = seatIn(contest, task.participant_id);
  const head = JSON.stringify(viewHead(scope, contest, seat));
  const rounds = fittingRounds(scope, contest, seat, head);
  const current = rounds.at(-1);
  const about = task.about === null ? null : shownPlayer(scope, contest, task.about, seat);
  // Put together from the rounds' bytes, so that nothing is turned into JSON, or into UTF-8, twice.
  const data = Buffer.concat([
    Buffer.from(`{"contest":${head.slice(0, -1)},"rounds":[`),
    ...rounds.flatMap((json, index) => (index === 0 ? [json] : [comma, json])),
    Buffer.from(about ? `]},"action":${JSON.stringify(about.action)},"player":${JSON.stringify(about)}` : ']}'),
    ...(task.prompt_type === 'announcer_describe_results' && current ? [Buffer.from(',"round":'), current] : []),
    Buffer.from('}'),
  ]);
  return {
    data,
    version: viewVersion,
    hash: hash('sha256', data, 'hex'),
    last_latency_ms: lastLatencyOf(scope, contest, seat.id),
  };
}

const comma = Buffer.from(',');

/** A round as it is sent. In memory of its own: what is kept of Node's pool keeps all that was made beside it, ten times as much. */
function shown(view: RoundView): Buffer {
  const text = JSON.stringify(view);
  const json = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  json.write(text);
  return json;
}

/** The newest rounds that fit beside the head, ascending; the current one whatever its size. */
function fittingRounds(scope: Scope, contest: ExistingContest, seat: Seat, head: string): Buffer[] {
  const rounds = shownRounds(scope, contest, seat);
  let bytes = Buffer.byteLength(head);
  let first = rounds.length;
  while (first > 0) {
    bytes += (rounds[first - 1]?.length ?? 0) + 1;
    if (first < rounds.length && bytes > limits.viewBytes) break;
    first -= 1;
  }
  return rounds.slice(first);
}

function seatIn(contest: ExistingContest, id: string): Seat {
  const seat = contest.seats.find((candidate) => candidate.id === id);
  if (!seat) throw new Error(`contest ${contest.id} has no seat ${id}`);
  return seat;
}

function viewHead(scope: Scope, contest: ExistingContest, seat: Seat): Omit<ContestView, 'rounds'> {
  return {
    id: contest.id,
    state: contest.state,
    arena: arenaView(scope, contest),
    participants: contest.seats.map(({ id, name, role, description }) => ({
      id,
      name,
      role,
      description,
      out: isOut(contest, id),
    })),
    current_round: contest.round_no,
    max_rounds: contest.settings.max_rounds,
    winning_score: contest.settings.winning_score,
    ...(seat.role === 'judge' ? { seed: contest.settings.seed } : {}),
    you: { id: seat.id, name: seat.name, role: seat.role, seed: seedOf(contest, seat) },
  };
}

/** Ids differ from contest to contest, so a seat's number is drawn by its place among the participants. */
function seedOf(contest: ExistingContest, seat: Seat): number {
  return drawIndex(2 ** 32, contest.settings.seed, 'seat', contest.seats.indexOf(seat));
}

/**
 * Before the first round the arena agent and the announcer are shown the features that the setup has so far. After it there are
 * those of the rounds: what the contest began with, said again in every request, could be most of it.
 */
function arenaView(scope: Scope, contest: ExistingContest): ArenaOfContest {
  if ((contest.round_no ?? 0) > 0) return { ...contest.arena, features: [] };
  const setup = contest.state === 'setup_arena' ? setupIn(scope, contest) : null;
  return setup ? { ...contest.arena, features: [...setup.features] } : contest.arena;
}

function shownPlayer(scope: Scope, contest: ExistingContest, id: string, seat: Seat): PlayerView | null {
  const round = roundsIn(scope, contest).at(-1);
  const player = round && playerAfter(round, id);
  return round && player ? playerView(player, turnOf(round, id), seat) : null;
}

function shownRounds(scope: Scope, contest: ExistingContest, seat: Seat): Buffer[] {
  const rounds = roundsIn(scope, contest);
  if (rounds.length === 0) return setupView(scope, contest, seat).map(shown);
  return rounds.map((round, index) => shownRound(round, narrativeOf(scope, contest, rounds[index - 1]), seat));
}

/**
 * What was shown of a round's state, by who sees it: states never change, and a prompt shows again every round that was played
 * before. Made anew each time, this was a tenth of what the arena had to do. Only bytes: the objects that they were made of, one for each
 * player in the view of each, would be most of what a contest of hundreds holds in memory.
 */
const shownOf = new WeakMap<ExistingRound, Map<string, Buffer>>();

/** The scene is the end of the round before, which stands once the round has begun. */
function shownRound(round: ExistingRound, narrative: string | null, seat: Seat): Buffer {
  const known = shownOf.get(round) ?? new Map<string, Buffer>();
  shownOf.set(round, known);
  // Only players see something of their own.
  const viewer = seat.role === 'player' ? seat.id : seat.role;
  const made = known.get(viewer) ?? shown(roundView(round, narrative, seat));
  known.set(viewer, made);
  return made;
}

/** While round 0 is being set up it has players and features and nothing else: the announcer describes them. */
function setupView(scope: Scope, contest: ExistingContest, seat: Seat): RoundView[] {
  const setup = setupIn(scope, contest);
  if (!setup) return [];
  const players = setup.players.map((player) => playerView(player, { action: null, result: null }, seat));
  return [
    { round_no: 0, state: 'idle', narrative: null, ending_narrative: null, features: [...setup.features], players },
  ];
}

function roundView(round: ExistingRound, narrative: string | null, seat: Seat): RoundView {
  const world = worldAfter(round);
  return {
    round_no: round.round_no,
    state: round.state,
    narrative,
    ending_narrative: round.ending_narrative,
    features: world.features,
    players: world.players.map((player) => playerView(player, turnOf(round, player.id), seat)),
  };
}

/** What each role may see of a player that is not itself. */
const seesOf: Readonly<Record<Role, { standing: boolean; memories: boolean; notes: boolean }>> = {
  player: { standing: false, memories: false, notes: false },
  judge: { standing: true, memories: true, notes: true },
  announcer: { standing: true, memories: false, notes: false },
  arena: { standing: true, memories: false, notes: false },
};

function playerView(player: PlayerStanding, turn: Pick<PlayerView, 'action' | 'result'>, seat: Seat): PlayerView {
  const sees = seesOf[seat.role];
  const isSelf = player.id === seat.id;
  return {
    id: player.id,
    name: player.name,
    position: player.position,
    health: player.health,
    ...(sees.standing || isSelf ? { inventory: player.inventory, score: player.score } : {}),
    ...(sees.memories || isSelf ? { memories: player.memories } : {}),
    action: turn.action,
    result: turn.result && rulingView(turn.result, sees.notes),
  };
}

function rulingView({ memories, ...ruling }: Ruling, showsNotes: boolean): Ruling {
  return showsNotes ? { ...ruling, memories } : ruling;
}
