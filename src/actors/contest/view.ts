/**
 * What one seat of a contest sees: one pure, versioned function of the root's states and the seat. Whatever is not meant for a
 * seat is never put into its view, so nothing has to be taken out.
 */
import { createHash } from 'node:crypto';
import type {
  ArenaOfContest,
  ContestView,
  PlayerStanding,
  PlayerView,
  RoundView,
  Ruling,
} from '../../protocol/contest.ts';
import { limits } from '../../protocol/limits.ts';
import type { Role } from '../../protocol/states.ts';
import type { PromptTask, RenderedPrompt } from '../job/state.ts';
import { type ExistingRound, worldAfter } from '../round/state.ts';
import type { Scope } from '../runtime/machine.ts';
import { narrativeOf, turnOf } from './document.ts';
import { contestIn, participantIn, roundsIn, setupIn } from './reading.ts';
import { type ExistingContest, isOut, type Seat } from './state.ts';

/** Raised whenever the same states would be shown otherwise. */
export const viewVersion = 1;

/** The contest as a seat sees it, with the current round and the newest before it that fit into 256 KiB. */
export function contestView(scope: Scope, seat: Seat): ContestView {
  const contest = contestIn(scope);
  const head = viewHead(scope, contest, seat);
  const rounds = roundViews(scope, contest, seat);
  let bytes = Buffer.byteLength(JSON.stringify(head));
  const fitting: RoundView[] = [];
  for (const round of rounds.reverse()) {
    bytes += Buffer.byteLength(JSON.stringify(round)) + 1;
    if (fitting.length > 0 && bytes > limits.viewBytes) break;
    fitting.unshift(round);
  }
  return { ...head, rounds: fitting };
}

/** The `data` of a prompt, as JSON text with its hash. */
export function renderPrompt(scope: Scope, task: PromptTask): RenderedPrompt {
  const contest = contestIn(scope);
  const seat = seatIn(contest, task.participant_id);
  const view = contestView(scope, seat);
  const current = view.rounds.at(-1);
  const about = task.about === null ? undefined : current?.players.find(({ id }) => id === task.about);
  const data = JSON.stringify({
    contest: view,
    ...(about ? { action: about.action, player: about } : {}),
    ...(task.prompt_type === 'announcer_describe_results' && current ? { round: current } : {}),
  });
  const participant = participantIn(scope, contest, seat.id);
  return {
    data,
    version: viewVersion,
    hash: createHash('sha256').update(data).digest('hex'),
    last_latency_ms: participant && participant.state !== 'none' ? participant.last_latency_ms : null,
  };
}

export function seatIn(contest: ExistingContest, id: string): Seat {
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
    you: { id: seat.id, name: seat.name, role: seat.role },
  };
}

/** Before the first round the arena agent and the announcer are shown the features that the setup has so far. */
function arenaView(scope: Scope, contest: ExistingContest): ArenaOfContest {
  const setup = contest.state === 'setup_arena' ? setupIn(scope, contest) : null;
  return setup && setup.state !== 'none' ? { ...contest.arena, features: [...setup.features] } : contest.arena;
}

function roundViews(scope: Scope, contest: ExistingContest, seat: Seat): RoundView[] {
  const rounds = roundsIn(scope, contest);
  if (rounds.length === 0) return setupView(scope, contest, seat);
  return rounds.map((round, index) => roundView(round, narrativeOf(scope, contest, rounds[index - 1]), seat));
}

/** While round 0 is being set up it has players and features and nothing else: the announcer describes them. */
function setupView(scope: Scope, contest: ExistingContest, seat: Seat): RoundView[] {
  const setup = setupIn(scope, contest);
  if (!setup || setup.state === 'none') return [];
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
