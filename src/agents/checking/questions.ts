/** The questions that an agent is tried with: requests of a contest that was really played, put to this agent, and made difficult. Pure. */
import type { Clock } from '../../actors/runtime/ports.ts';
import type { ContestView, Feature, RoundView } from '../../protocol/contest.ts';
import { derivedId } from '../../protocol/ids.ts';
import { limits } from '../../protocol/limits.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import { type PromptType, promptTypes, type Role, roleOfPrompt } from '../../protocol/states.ts';

/** Of a game, a question of each of these moments is put. */
const momentsMax = 3;

/**
 * For each prompt type of the roles its first question, its last one and one between, as if the agent had sat where they were sent to.
 */
export function questionsFor(
  played: readonly AgentRequest[],
  roles: readonly Role[],
  participantId: string,
): Map<PromptType, AgentRequest[]> {
  const questions = new Map<PromptType, AgentRequest[]>();
  for (const promptType of promptTypes) {
    const role = roleOfPrompt[promptType];
    const all = played.filter(({ command }) => command === promptType);
    // One seat of several: the questions to others are not for this agent.
    const mine = all.filter(({ participant_id }) => participant_id === all[0]?.participant_id);
    if (roles.includes(role) && mine.length > 0)
      questions.set(
        promptType,
        spread(mine).map((request) => putTo(request, participantId)),
      );
  }
  return questions;
}

function spread<Item>(items: readonly Item[]): Item[] {
  if (items.length <= momentsMax) return [...items];
  return Array.from({ length: momentsMax }, (_, index) => Math.round((index * (items.length - 1)) / (momentsMax - 1)))
    .map((index) => items[index])
    .filter((item) => item !== undefined);
}

/** The same request with the agent's id wherever the seat's was: views name it in many places. */
function putTo(request: AgentRequest, participantId: string): AgentRequest {
  const text = JSON.stringify(request).replaceAll(request.participant_id, participantId);
  return JSON.parse(text) as AgentRequest;
}

/** A question of a new job, so that nobody knows its answer, with its time from now on. */
export function freshly(
  request: AgentRequest,
  purpose: string,
  { clock, timeoutMs, run }: { clock: Clock; timeoutMs: number; run: string },
): AgentRequest {
  const job_id = derivedId(run, purpose, request.job_id);
  return { ...request, job_id, attempt: 1, message: '', timeout_ms: timeoutMs, deadline: clock.now() + timeoutMs };
}

/** What the arena says when the first answer was not in order. */
export function askedAnew(request: AgentRequest): AgentRequest {
  return { ...request, attempt: 2, message: complaintOf[request.command] };
}

const complaintOf: Readonly<Record<AgentRequest['command'], string>> = {
  health: '',
  player_player_action: 'target: "99,99" is off the grid of 9 by 7 (1-based)',
  judge_player_action_judgement: 'result: is missing',
  judge_apply_effects: 'players[0].id: there is no player "somebody-else"',
  announcer_describe_arena: 'no data; expected plain text',
  announcer_describe_results: 'no data; expected plain text',
  arena_generate_features: '[0].position: "99,99" is off the grid of 9 by 7 (1-based)',
};

/** What surrounds the longest view in a request. */
const envelopeBytes = 2_048;

/** The same question with as much before it as a request may hold: 256 KiB, not all of it ASCII. */
export function withHugeView(request: AgentRequest): AgentRequest {
  const view = request.data.contest as unknown as ContestView;
  const room = limits.viewBytes - Buffer.byteLength(JSON.stringify(request.data)) - envelopeBytes;
  const current = view.rounds.at(-1);
  const contest =
    current && request.command !== 'arena_generate_features' ? withPast(view, current, room) : withFeatures(view, room);
  const round = contest.rounds.at(-1);
  const data = { ...request.data, contest, ...(request.data.round === undefined ? {} : { round }) };
  return {
    ...request,
    round_no: contest.current_round ?? request.round_no,
    data: data as unknown as AgentRequest['data'],
  };
}

const longText = 'Später hieß es, der Regen habe alles verwischt – „auch die Spuren“. ';

/** Many rounds that were played before, each with a long story. */
function withPast(view: ContestView, current: RoundView, room: number): ContestView {
  const frame: RoundView = { ...current, state: 'round_complete', narrative: '', ending_narrative: '' };
  const frameBytes = Buffer.byteLength(JSON.stringify(frame)) + 16;
  const storyBytes = Math.max(limits.action, Math.floor(limits.text / 4));
  const count = Math.max(0, Math.floor(room / (frameBytes + storyBytes)));
  const first = Math.max(0, current.round_no - view.rounds.length + 1);
  const past = Array.from({ length: count }, (_, index) => ({
    ...frame,
    round_no: first + index,
    ending_narrative: textOf(storyBytes),
  }));
  const moved = view.rounds.map((round) => ({ ...round, round_no: round.round_no + count }));
  return {
    ...view,
    rounds: [...past, ...moved],
    current_round: (view.current_round ?? 0) + count,
    max_rounds: view.max_rounds + count,
  };
}

/** Many features: before the first round there is nothing else that could be long. */
function withFeatures(view: ContestView, room: number): ContestView {
  const make = (index: number): Feature => ({
    id: `huge-view-feature-${index}`,
    name: `Stone ${index}`,
    description: textOf(limits.action),
    position: '1,1',
    origin: 'required',
  });
  const count = Math.max(0, Math.floor(room / (Buffer.byteLength(JSON.stringify(make(0))) + 8)));
  const more = Array.from({ length: count }, (_, index) => make(index));
  return { ...view, arena: { ...view.arena, features: [...view.arena.features, ...more] } };
}

function textOf(bytes: number): string {
  return longText.repeat(Math.floor(bytes / Buffer.byteLength(longText)));
}

/** The health check as the role call makes it. */
export function healthQuestion(participantId: string, contestId: string | null): AgentRequest {
  return {
    command: 'health',
    job_id: 'health',
    attempt: 1,
    contest_id: contestId,
    participant_id: participantId,
    round_no: null,
    deadline: 0,
    timeout_ms: 0,
    last_latency_ms: null,
    message: '',
    data: {},
  };
}
