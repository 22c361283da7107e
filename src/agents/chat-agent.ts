/**
 * An agent whose words come from one chat endpoint, for a program of its own: renders the bundled prompts, asks the model, has an answer
 * that cannot be read mended once. It keeps nothing; generations that are kept, priced and repeated are the host's.
 */
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { readAnswer } from '../protocol/answers.ts';
import { causeOf } from '../protocol/faults.ts';
import type { AgentRequest, Usage } from '../protocol/messages.ts';
import { type PromptType, promptTypes, roleOfPrompt } from '../protocol/states.ts';
import { AnswerFailure, type Handlers, pending, type WithUsage, withUsage } from './asks.ts';
import { conversation } from './models/conversation.ts';
import type { CalledModel, ChatMessage, ModelAnswer, ModelCaller, ModelFault } from './models/model-caller.ts';
import type { Prompts, PromptText } from './prompts/prompts.ts';

export interface ChatAgentOptions {
  readonly model: CalledModel;
  readonly caller: ModelCaller;
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly log: Log;
  /** As the templates show it. */
  readonly name: string;
  /** Ends all calls. */
  readonly signal: AbortSignal;
}

/** A model may take longer than the time of one request: the arena is told to ask again, and finds the answer then. */
const callTimeoutMs = 600_000;
const askAgainMs = 1_000;
/** What is left of a request's time when it is told that the answer takes longer. */
const marginShare = 0.2;
const triesMax = 5;
/** Answers that are worked out, or that nobody has come back for. */
const workingMax = 1_000;

type Worked = { readonly text: string; readonly usage: Usage } | { readonly fault: ModelFault };

export function createChatAgent(options: ChatAgentOptions): Handlers {
  const { model, caller, prompts, clock, log, name, signal } = options;
  const working = new Map<string, { readonly result: Promise<Worked>; tries: number }>();

  async function handle(
    promptType: PromptType,
    request: AgentRequest,
  ): Promise<WithUsage<string> | ReturnType<typeof pending>> {
    const key = `${request.participant_id} ${promptType} ${request.job_id} ${request.attempt}`;
    const work = working.get(key) ?? begin(key, promptType, request, 1);
    const worked = await within(request.timeout_ms * (1 - marginShare), work.result);
    if (worked === null) return pending(askAgainMs);
    working.delete(key);
    if ('text' in worked) return withUsage(worked.text, worked.usage);
    const { mayPass, retryAfterMs, message } = worked.fault;
    if (!mayPass || work.tries >= triesMax) throw new AnswerFailure(causeOf(worked.fault), message);
    log.warn({ job: request.job_id, reason: message }, 'the model will be asked again');
    begin(key, promptType, request, work.tries + 1, retryAfterMs ?? askAgainMs);
    return pending(retryAfterMs ?? askAgainMs);
  }

  function begin(key: string, promptType: PromptType, request: AgentRequest, tries: number, delayMs = 0) {
    const work = { result: workOut(promptType, request, delayMs), tries };
    // Whoever awaits it hears of a failure; nobody else needs to.
    work.result.catch(() => undefined);
    working.set(key, work);
    const [oldest] = working.keys();
    if (working.size > workingMax && oldest !== undefined) working.delete(oldest);
    return work;
  }

  async function workOut(promptType: PromptType, request: AgentRequest, delayMs: number): Promise<Worked> {
    if (delayMs > 0) await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    const agent = { id: request.participant_id, name };
    const text = prompts.render({ promptType, role: roleOfPrompt[promptType], request, strategy: null, agent });
    const first = await ask(text, conversation(text.prompt, null));
    if ('fault' in first) return first;
    const read = readAnswer(promptType, first.text);
    if (read.ok) return first;
    const repair = { text: first.text, problem: read.fault.message };
    const mended = await ask(text, conversation(text.prompt, repair));
    return 'fault' in mended ? mended : { text: mended.text, usage: sum(first.usage, mended.usage) };
  }

  async function ask({ system, schema }: PromptText, messages: readonly ChatMessage[]): Promise<Worked> {
    const outcome = await caller.call({ model, system, messages, schema, timeoutMs: callTimeoutMs, signal });
    if (outcome.kind === 'fault') return { fault: outcome.fault };
    return { text: outcome.answer.text, usage: usageOf(model.name, outcome.answer) };
  }

  /** What comes in this time, or null. */
  function within<Result>(timeMs: number, coming: Promise<Result>): Promise<Result | null> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(Math.round(timeMs), () => resolve(null));
      coming.then(resolve, reject).finally(cancel);
    });
  }

  return Object.fromEntries(
    promptTypes.map((promptType) => [
      promptType,
      (_view: unknown, request: object) => handle(promptType, request as AgentRequest),
    ]),
  );
}

function usageOf(model: string, { inputTokens, outputTokens }: ModelAnswer): Usage {
  return {
    model,
    ...(inputTokens === null ? {} : { input_tokens: inputTokens }),
    ...(outputTokens === null ? {} : { output_tokens: outputTokens }),
  };
}

function sum(one: Usage, other: Usage): Usage {
  return {
    ...one,
    input_tokens: (one.input_tokens ?? 0) + (other.input_tokens ?? 0),
    output_tokens: (one.output_tokens ?? 0) + (other.output_tokens ?? 0),
  };
}
