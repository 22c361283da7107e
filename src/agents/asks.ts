/** What an agent is asked, what it may answer, and how an agent is declared: one handler for each prompt type that it answers. */
import type { z } from 'zod';
import type { ActionTaken, ContestView, PlayerView, RoundView } from '../protocol/contest.ts';
import { type AgentRequest, type answerSchemas, requestSchema, type Usage } from '../protocol/messages.ts';
import type { FailureCause, PromptType } from '../protocol/states.ts';

/** The data of a request, by prompt type. */
export interface AskData {
  player_player_action: { contest: ContestView };
  judge_player_action_judgement: { contest: ContestView; action: ActionTaken; player: PlayerView };
  judge_apply_effects: { contest: ContestView };
  announcer_describe_arena: { contest: ContestView };
  announcer_describe_results: { contest: ContestView; round: RoundView };
  arena_generate_features: { contest: ContestView };
}

/** A request as a handler gets it. `signal` is aborted when the time for the answer is over, or the agent closes. */
export type Ask<Prompt extends PromptType> = Omit<AgentRequest, 'data'> & {
  readonly data: AskData[Prompt];
  readonly signal: AbortSignal;
};

const notYet = Symbol('pending');

/** Says that the answer takes longer: the arena asks the same again after `delayMs`, without blame. */
export interface Pending {
  readonly [notYet]: true;
  readonly delayMs: number;
}

export function pending(delayMs: number): Pending {
  return { [notYet]: true, delayMs };
}

export function isPending(value: unknown): value is Pending {
  return typeof value === 'object' && value !== null && notYet in value;
}

const cost = Symbol('usage');

/** An answer with what it took, which the arena keeps with it. */
export interface WithUsage<Data> {
  readonly [cost]: Usage;
  readonly data: Data;
}

/** Says what an answer took, such as the tokens of a model. */
export function withUsage<Data>(data: Data, usage: Usage): WithUsage<Data> {
  return { [cost]: usage, data };
}

/** What an answer took, or null when it does not say. */
export function usageOf(value: unknown): { data: unknown; usage: Usage } | null {
  return typeof value === 'object' && value !== null && cost in value
    ? { data: (value as WithUsage<unknown>).data, usage: (value as WithUsage<unknown>)[cost] }
    : null;
}

/** Thrown by a handler: says what its failure comes of. Any other error is told by its message alone. */
export class AnswerFailure extends Error {
  readonly fault: FailureCause;

  constructor(fault: FailureCause, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AnswerFailure';
    this.fault = fault;
  }
}

/** The data of an answer; text that holds it (what a language model wrote) is read by the arena. */
export type Answer<Prompt extends PromptType> = z.input<(typeof answerSchemas)[Prompt]> | string;

type Given<Prompt extends PromptType> = Answer<Prompt> | WithUsage<Answer<Prompt>> | Pending;

export type Handler<Prompt extends PromptType> = (
  view: ContestView,
  request: Ask<Prompt>,
) => Given<Prompt> | PromiseLike<Given<Prompt>>;

/** An agent: what it answers. Its answers should follow from the view alone, so that it can be stopped and started at any time. */
export type Handlers = { readonly [Prompt in PromptType]?: Handler<Prompt> };

/** A request as it comes in. Its data was written by the arena and is taken as it is. */
export const incomingRequestSchema = requestSchema.omit({ data: true }).loose();
