/** What an answer of the right shape must still obey: the ids, the grid and the numbers of this contest. One bad entry spoils it. */
import type { Json } from '../../protocol/json.ts';
import { limits } from '../../protocol/limits.ts';
import type { GeneratedFeature, PlayerAction, RoundEffects } from '../../protocol/messages.ts';
import { cellsCovered, parsePosition, placementProblems, positionProblem } from '../../protocol/positions.ts';
import type { PromptTask } from '../job/state.ts';
import type { ExistingRound } from '../round/state.ts';
import type { Scope } from '../runtime/machine.ts';
import { contestIn, roundsIn } from './reading.ts';
import { type ExistingContest, isOut } from './state.ts';

/** How many of the wrong things are named. */
const problemsMax = 10;

export function problemWithAnswer(scope: Scope, task: PromptTask, data: Json): string | null {
  const contest = contestIn(scope);
  const problems = problemsOf(contest, roundsIn(scope, contest).at(-1), task, data);
  if (problems.length === 0) return null;
  const more = problems.length - problemsMax;
  return [...problems.slice(0, problemsMax), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function problemsOf(
  contest: ExistingContest,
  round: ExistingRound | undefined,
  task: PromptTask,
  data: Json,
): string[] {
  switch (task.prompt_type) {
    case 'player_player_action':
      return actionProblems(contest, data as unknown as PlayerAction);
    case 'judge_apply_effects':
      return round ? effectProblems(contest, round, data as unknown as RoundEffects) : [];
    case 'arena_generate_features':
      return featureProblems(contest, data as unknown as GeneratedFeature[]);
    case 'judge_player_action_judgement':
    case 'announcer_describe_arena':
    case 'announcer_describe_results':
      return [];
    default:
      return task.prompt_type satisfies never;
  }
}

/** A target that is a position lies on the grid; names are for the judge to know. */
function actionProblems(contest: ExistingContest, { target }: PlayerAction): string[] {
  if (!target || !parsePosition(target)) return [];
  const problem = positionProblem(target, contest.arena);
  return problem ? [`target: ${problem}`] : [];
}

function effectProblems(contest: ExistingContest, round: ExistingRound, effects: RoundEffects): string[] {
  const players = new Set(round.start.players.map(({ id }) => id));
  const features = new Set(round.start.features.map(({ id }) => id));
  const problems: string[] = [];
  effects.players.forEach(({ id, position }, index) => {
    if (!players.has(id)) problems.push(`players[${index}].id: there is no player "${id}"`);
    if (position !== undefined)
      pushProblem(problems, `players[${index}].position`, positionProblem(position, contest.arena));
  });
  effects.features.forEach(({ id, position }, index) => {
    if (!features.has(id)) problems.push(`features[${index}].id: there is no feature "${id}"`);
    if (position === undefined) return;
    const carrier = position.startsWith('player:') ? position.slice('player:'.length) : null;
    if (carrier === null)
      pushProblem(problems, `features[${index}].position`, positionProblem(position, contest.arena));
    else if (!players.has(carrier)) problems.push(`features[${index}].position: there is no player "${carrier}"`);
  });
  const winner = effects.winner_id;
  if (winner && !players.has(winner)) problems.push(`winner_id: there is no player "${winner}"`);
  else if (winner && isOut(contest, winner)) problems.push(`winner_id: player "${winner}" is out and cannot win`);
  return problems;
}

function featureProblems(contest: ExistingContest, features: readonly GeneratedFeature[]): string[] {
  const { max_random_features: most } = contest.arena;
  const problems = features.length > most ? [`${features.length} features were given; at most ${most} are taken`] : [];
  features.forEach((feature, index) => {
    for (const { path, message } of placementProblems(feature, contest.arena, `[${index}].`))
      problems.push(`${path}: ${message}`);
  });
  const cells = features.reduce((sum, feature) => sum + cellsCovered(feature), 0);
  if (problems.length === 0 && cells > limits.featureCells)
    problems.push(`the features cover ${cells} cells; at most ${limits.featureCells} are taken`);
  const bytes = features.reduce((sum, feature) => sum + cellsCovered(feature) * bytesPerCell(feature), 0);
  if (problems.length === 0 && bytes > limits.viewBytes)
    problems.push(`the features would be ${bytes} bytes long, cell by cell; at most ${limits.viewBytes} can be shown`);
  return problems;
}

/** What one cell of a feature takes in a view, with its id, position and origin. */
function bytesPerCell({ name, description }: GeneratedFeature): number {
  return Buffer.byteLength(JSON.stringify({ name, description })) + 100;
}

function pushProblem(problems: string[], path: string, problem: string | null): void {
  if (problem) problems.push(`${path}: ${problem}`);
}
