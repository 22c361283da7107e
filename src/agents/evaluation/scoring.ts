/** What an answer is worth by itself: whether it can be read, has the shape that was asked for, and is legal as the game's referee rules. */
import { readAnswer } from '../../protocol/answers.ts';
import type { ActionTaken, ContestView, PlayerView } from '../../protocol/contest.ts';
import type { AgentRequest, GeneratedFeature, Judgement, PlayerAction, RoundEffects } from '../../protocol/messages.ts';
import { carrierAt, placementProblems, positionProblem } from '../../protocol/positions.ts';
import type { FaultKind, PromptType } from '../../protocol/states.ts';
import { gameKeyOf } from '../games/game.ts';
import { gameOf, knowsGame } from '../games/games.ts';
import { type Seat, type Situation, situationOf } from '../games/situation.ts';
import { refusedResult } from '../games/verdict.ts';

export interface Score {
  readonly readable: boolean;
  readonly shaped: boolean;
  /** Null when nobody here can rule on it: there is no referee for this game, or nothing to rule on. */
  readonly legal: boolean | null;
  readonly reason: string | null;
}

/** With these there is nothing to be judged by its shape. */
const unreadable: ReadonlySet<FaultKind> = new Set(['empty', 'truncated', 'unparsable', 'too_large']);

export function scoreOf(request: AgentRequest, text: string): Score {
  const promptType = request.command as PromptType;
  const read = readAnswer(promptType, text);
  if (!read.ok) {
    return { readable: !unreadable.has(read.fault.kind), shaped: false, legal: null, reason: read.fault.message };
  }
  const view = request.data.contest as unknown as ContestView;
  const problem = ruledIllegal(promptType, read.data, situationOf(view), request.data);
  return { readable: true, shaped: true, legal: problem === null ? null : problem === '', reason: problem || null };
}

/** Null: not ruled on. An empty text: legal. Else why not. */
type Ruling = string | null;

const legal = '';

function ruledIllegal(
  promptType: PromptType,
  data: unknown,
  situation: Situation,
  asked: AgentRequest['data'],
): Ruling {
  switch (promptType) {
    case 'player_player_action':
      return actionRuling(situation, data as PlayerAction);
    case 'judge_player_action_judgement':
      return judgementRuling(situation, data as Judgement, asked);
    case 'judge_apply_effects':
      return effectsRuling(situation, data as RoundEffects);
    case 'arena_generate_features':
      return featuresRuling(situation, data as GeneratedFeature[]);
    default:
      return null;
  }
}

function actionRuling(situation: Situation, { action, target }: PlayerAction): Ruling {
  const me = situation.seats.find(({ id }) => id === situation.view.you.id);
  const refusal = me && refusalOf(situation, me, { action, target: target ?? null, narration: null });
  return refusal === undefined ? null : refusal;
}

/** A judge is right about an action when it refuses what the referee refuses, and nothing else. */
function judgementRuling(situation: Situation, { result }: Judgement, asked: AgentRequest['data']): Ruling {
  const player = asked.player as unknown as PlayerView;
  const seat = situation.seats.find(({ id }) => id === player.id);
  const refusal = seat && refusalOf(situation, seat, asked.action as unknown as ActionTaken);
  if (refusal === undefined || refusal === null) return null;
  const refuses = result.trim().toLowerCase().startsWith(refusedResult);
  if (refuses === (refusal !== legal)) return legal;
  return refuses ? 'it refuses what the rules allow' : `it allows what the rules refuse: ${refusal}`;
}

function refusalOf(situation: Situation, seat: Seat, action: ActionTaken): Ruling {
  const { arena } = situation.view;
  if (!knowsGame(gameKeyOf(arena))) return null;
  const { result, reason } = gameOf(arena).judge(situation, seat, action);
  return result.startsWith(refusedResult) ? (reason ?? result) : legal;
}

/** Who and what it names is there, and ends on the grid or in somebody's hands. */
function effectsRuling({ seats, features, grid }: Situation, effects: RoundEffects): Ruling {
  const knownPlayer = (id: string) => seats.some((seat) => seat.id === id);
  const problems = [
    ...effects.players.flatMap(({ id, position }) => [
      ...(knownPlayer(id) ? [] : [`there is no player ${id}`]),
      ...placeProblem(position, grid),
    ]),
    ...effects.features.flatMap(({ id, position }) => {
      if (!features.some((one) => one.id === id)) return [`there is no feature ${id}`];
      const carrier = position === undefined ? null : carrierAt(position);
      if (carrier !== null) return knownPlayer(carrier) ? [] : [`there is no player ${carrier} to carry ${id}`];
      return placeProblem(position, grid);
    }),
    ...(effects.winner_id && !knownPlayer(effects.winner_id) ? [`there is no player ${effects.winner_id} to win`] : []),
  ];
  return problems.join('; ');
}

function placeProblem(position: string | undefined, grid: Situation['grid']): string[] {
  const problem = position === undefined ? null : positionProblem(position, grid);
  return problem === null ? [] : [problem];
}

function featuresRuling({ grid, view }: Situation, made: readonly GeneratedFeature[]): Ruling {
  const max = view.arena.max_random_features;
  const problems = made.flatMap((feature, index) => placementProblems(feature, grid, `[${index}].`));
  const told = problems.map(({ path, message }) => `${path}: ${message}`);
  return [...told, ...(made.length > max ? [`${made.length} features, at most ${max} were asked for`] : [])].join('; ');
}
