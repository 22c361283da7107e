/**
 * What an answer of the right shape must still obey: the ids, the grid and the numbers of its contest. One bad entry spoils it. The
 * arena rules by the contest's state, whoever tries an agent by the view that the agent was sent.
 */
import type { ContestView } from './contest.ts';
import type { Json } from './json.ts';
import { limits } from './limits.ts';
import type { GeneratedFeature, PlayerAction, RoundEffects } from './messages.ts';
import { nameProblem } from './names.ts';
import { carrierAt, cellsCovered, type Grid, parsePosition, placementProblems, positionProblem } from './positions.ts';
import type { PromptType } from './states.ts';

/** What answers are held to: the grid, and who and what is in the current round. */
export interface AnswerBounds {
  readonly arena: Grid & { readonly max_random_features: number };
  /** Null before the first round: nothing has effects yet. */
  readonly round: { readonly players: readonly string[]; readonly features: readonly string[] } | null;
  isOut(playerId: string): boolean;
}

/** How many of the wrong things are named. */
const problemsMax = 10;

/** Why data of the right shape cannot be used, or null. */
export function problemWithData(promptType: PromptType, data: Json, bounds: AnswerBounds): string | null {
  const problems = problemsOf[promptType](data, bounds);
  if (problems.length === 0) return null;
  const more = problems.length - problemsMax;
  return [...problems.slice(0, problemsMax), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** The bounds as far as a seat sees them. */
export function boundsOfView({ arena, rounds, participants }: ContestView): AnswerBounds {
  const round = rounds.at(-1);
  return {
    arena,
    round: round ? { players: round.players.map(({ id }) => id), features: round.features.map(({ id }) => id) } : null,
    isOut: (playerId) => participants.some(({ id, out }) => id === playerId && out),
  };
}

const nothingWrong = (): string[] => [];

const problemsOf: Readonly<Record<PromptType, (data: Json, bounds: AnswerBounds) => string[]>> = {
  player_player_action: (data, bounds) => actionProblems(data as unknown as PlayerAction, bounds),
  judge_player_action_judgement: nothingWrong,
  judge_apply_effects: (data, bounds) => effectProblems(data as unknown as RoundEffects, bounds),
  announcer_describe_arena: nothingWrong,
  announcer_describe_results: nothingWrong,
  arena_generate_features: (data, bounds) => featureProblems(data as unknown as GeneratedFeature[], bounds),
};

/** A target that is a position lies on the grid; names are for the judge to know. */
function actionProblems({ target }: PlayerAction, { arena }: AnswerBounds): string[] {
  if (!target || !parsePosition(target)) return [];
  const problem = positionProblem(target, arena);
  return problem ? [`target: ${problem}`] : [];
}

function effectProblems(effects: RoundEffects, { arena, round, isOut }: AnswerBounds): string[] {
  if (!round) return [];
  const players = new Set(round.players);
  const features = new Set(round.features);
  const problems: string[] = [];
  effects.players.forEach(({ id, position }, index) => {
    if (!players.has(id)) problems.push(`players[${index}].id: there is no player "${id}"`);
    if (position !== undefined) pushProblem(problems, `players[${index}].position`, positionProblem(position, arena));
  });
  effects.features.forEach(({ id, position }, index) => {
    if (!features.has(id)) problems.push(`features[${index}].id: there is no feature "${id}"`);
    if (position === undefined) return;
    const carrier = carrierAt(position);
    if (carrier === null) pushProblem(problems, `features[${index}].position`, positionProblem(position, arena));
    else if (!players.has(carrier)) problems.push(`features[${index}].position: there is no player "${carrier}"`);
  });
  const winner = effects.winner_id;
  if (winner && !players.has(winner)) problems.push(`winner_id: there is no player "${winner}"`);
  else if (winner && isOut(winner)) problems.push(`winner_id: player "${winner}" is out and cannot win`);
  return problems;
}

function featureProblems(features: readonly GeneratedFeature[], { arena }: AnswerBounds): string[] {
  const { max_random_features: most } = arena;
  const problems = features.length > most ? [`${features.length} features were given; at most ${most} are taken`] : [];
  features.forEach((feature, index) => {
    pushProblem(problems, `[${index}].name`, nameProblem(feature.name));
    for (const { path, message } of placementProblems(feature, arena, `[${index}].`))
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
