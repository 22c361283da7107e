/**
 * Carries out what generations ask of the world: calls to their models, and that a call be given up. What comes of a call goes back to
 * the generation as a command; what it means is the machine's.
 */
import type { Log } from '../actors/runtime/ports.ts';
import type { FinalGeneration, GenerationCommand, GenerationOutbound } from './generation/state.ts';
import { type ModelDirectory, modelOrProblem } from './model-directory.ts';
import { fixedTextOf } from './model-names.ts';
import { conversation } from './models/conversation.ts';
import type { ModelCaller, ModelFault, ModelOutcome } from './models/model-caller.ts';
import { type PricedModel, usageOf } from './models/pricing.ts';

type Call = Extract<GenerationOutbound, { kind: 'model_call' }>;

export interface ModelCallsOptions {
  readonly caller: ModelCaller;
  readonly directory: Pick<ModelDirectory, 'model'>;
  readonly log: Log;
  readonly tell: (generationId: string, command: GenerationCommand) => void;
  /** Whether another host has taken over a generation while this one was away. */
  readonly isTaken: (generationId: string) => Promise<boolean>;
  readonly ended: (generation: FinalGeneration) => void;
}

export interface ModelCalls {
  send(outbound: GenerationOutbound): void;
  /** Gives up all calls: their generations ask again after the next start. */
  close(): void;
}

export function createModelCalls(options: ModelCallsOptions): ModelCalls {
  const { caller, directory, log } = options;
  const inFlight = new Map<string, AbortController>();

  async function make(call: Call, stop: AbortController): Promise<void> {
    const { generation_id: id, spec } = call;
    try {
      const command = await outcomeOf(call, stop.signal);
      // What was given up has nothing to say: the generation has ended, or the host is going.
      if (!stop.signal.aborted) options.tell(id, command);
    } catch (error) {
      if (stop.signal.aborted) return;
      log.error({ generation: id, model: spec.model, err: error }, 'a call to a model could not be made');
      const message = 'the call could not be made; the log of the host says why';
      options.tell(id, faultCommand(call, notCalled(message, true)));
    } finally {
      if (inFlight.get(id) === stop) inFlight.delete(id);
    }
  }

  async function outcomeOf(call: Call, signal: AbortSignal): Promise<GenerationCommand> {
    const { spec, repair } = call;
    if (call.again && (await options.isTaken(call.generation_id)))
      return { type: 'cancel', reason: 'another host has taken it over while this one was away' };
    const fixed = fixedTextOf(spec.model);
    if (fixed !== null) return answered(call, free(spec.model), written(fixed));
    const model = await modelOrProblem(directory, spec.model);
    if (typeof model === 'string') return faultCommand(call, notCalled(model, false));
    const { system, schema, call_timeout_ms: timeoutMs } = spec;
    const outcome = await caller.call({
      model,
      system,
      messages: conversation(spec.prompt, repair),
      schema,
      timeoutMs,
      signal,
    });
    if (outcome.kind === 'answer') return answered(call, model, outcome);
    log.warn(
      { generation: call.generation_id, model: spec.model, try: call.try, reason: outcome.fault.message },
      'a call to a model failed',
    );
    return faultCommand(call, outcome.fault);
  }

  return {
    send(outbound) {
      switch (outbound.kind) {
        case 'model_call': {
          const stop = new AbortController();
          inFlight.get(outbound.generation_id)?.abort();
          inFlight.set(outbound.generation_id, stop);
          void make(outbound, stop);
          return;
        }
        case 'model_withdrawal':
          inFlight.get(outbound.generation_id)?.abort();
          return;
        case 'generation_ended':
          options.ended(outbound.generation);
          return;
        default:
          outbound satisfies never;
      }
    },
    close() {
      for (const stop of inFlight.values()) stop.abort();
    },
  };
}

function answered(
  call: Call,
  model: PricedModel,
  { answer }: Extract<ModelOutcome, { kind: 'answer' }>,
): GenerationCommand {
  const messages = conversation(call.spec.prompt, call.repair);
  const characters = messages.reduce((sum, { text }) => sum + text.length, call.spec.system?.length ?? 0);
  return {
    type: 'answered',
    try: call.try,
    text: answer.text,
    cut_short: answer.cutShort,
    usage: usageOf(model, characters, answer),
    latency_ms: answer.latencyMs,
    time_to_first_token_ms: answer.timeToFirstTokenMs,
  };
}

function faultCommand(call: Call, fault: ModelFault): GenerationCommand {
  const { kind, whose, message, mayPass, retryAfterMs } = fault;
  return { type: 'fault', try: call.try, kind, whose, message, may_pass: mayPass, retry_after_ms: retryAfterMs };
}

function notCalled(message: string, mayPass: boolean): ModelFault {
  return { kind: 'refused', whose: 'provider', message, mayPass, retryAfterMs: null };
}

/** As if a model had written this text. */
function written(text: string): Extract<ModelOutcome, { kind: 'answer' }> {
  const answer = { text, cutShort: false, inputTokens: 0, outputTokens: 0, latencyMs: 0, timeToFirstTokenMs: 0 };
  return { kind: 'answer', answer };
}

function free(name: string): PricedModel {
  return { name, prompt_price: 0, completion_price: 0, request_price: 0 };
}
