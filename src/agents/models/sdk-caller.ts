/**
 * The adapter of the port of model calls over the provider packages of the AI SDK. One call is one HTTP request: nothing is tried again
 * here, since what is tried again is journaled. When that is, the generation machine decides.
 */
import type { Clock } from '../../actors/runtime/ports.ts';
import { messageOf } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { JsonSchema } from '../generations.ts';
import type { ModelAnswer, ModelCall, ModelCaller, ModelFault, ModelOutcome } from './model-caller.ts';
import { modelFault, redacted, withoutSecret } from './model-faults.ts';
import type { Providers, ResolvedModel, SdkModel } from './providers.ts';

type CallOptions = Parameters<SdkModel['doStream']>[0];
type ResponseFormat = NonNullable<CallOptions['responseFormat']>;

export interface SdkCallerOptions {
  readonly providers: Providers;
  readonly clock: Clock;
}

export function createSdkCaller({ providers, clock }: SdkCallerOptions): ModelCaller {
  async function ask(call: ModelCall, { sdk, secret }: ResolvedModel, signal: AbortSignal): Promise<ModelOutcome> {
    const began = clock.now();
    const heard: Heard = { text: '', firstAt: null, inputTokens: null, outputTokens: null, finish: null };
    let hasReplied = false;
    try {
      const { stream } = await sdk.doStream(optionsOf(call, signal));
      hasReplied = true;
      for await (const part of stream) {
        if (part.type === 'error') throw part.error;
        if (part.type === 'text-delta') {
          heard.firstAt ??= clock.now();
          heard.text += part.delta;
          if (heard.text.length > limits.answerBytes) return fault(tooMuch(call));
        } else if (part.type === 'reasoning-delta') heard.firstAt ??= clock.now();
        else if (part.type === 'finish') {
          heard.finish = part.finishReason.unified;
          heard.inputTokens = part.usage.inputTokens.total ?? null;
          heard.outputTokens = part.usage.outputTokens.total ?? null;
        }
      }
    } catch (error) {
      const progress = heard.firstAt !== null ? 'answering' : hasReplied ? 'replied' : 'asked';
      return fault(modelFault(error, { model: call.model.name, secret, progress, now: clock.now() }));
    }
    // A server that repeats what it was sent would have the key in the journal.
    heard.text = withoutSecret(heard.text, secret);
    return judged(call, heard, clock.now() - began, began);
  }

  return {
    async call(call) {
      if (call.signal?.aborted) return fault(withdrawn);
      const resolved = resolve(providers, call);
      if ('outcome' in resolved) return resolved.outcome;
      const ended = new AbortController();
      const { promise: overdue, resolve: giveUp } = Promise.withResolvers<ModelOutcome>();
      const cancelTimer = clock.after(call.timeoutMs, () => giveUp(fault(tooSlow(call))));
      const withdraw = () => giveUp(fault(withdrawn));
      call.signal?.addEventListener('abort', withdraw, { once: true });
      try {
        // A stream that never ends, whatever its library makes of the signal, must not hold anybody up.
        return await Promise.race([ask(call, resolved.model, ended.signal), overdue]);
      } finally {
        cancelTimer();
        call.signal?.removeEventListener('abort', withdraw);
        ended.abort();
      }
    },
  };
}

interface Heard {
  text: string;
  firstAt: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  finish: string | null;
}

function resolve(providers: Providers, call: ModelCall): { model: ResolvedModel } | { outcome: ModelOutcome } {
  try {
    const model = providers.resolve(call.model);
    if (typeof model !== 'string') return { model };
    const message = `the model "${call.model.name}" cannot be called: ${model}`;
    return { outcome: fault({ kind: 'refused', whose: 'provider', message, mayPass: false, retryAfterMs: null }) };
  } catch (error) {
    const told = redacted(messageOf(error), null);
    const message = `the model "${call.model.name}" cannot be called: ${told}`;
    return { outcome: fault({ kind: 'refused', whose: 'provider', message, mayPass: false, retryAfterMs: null }) };
  }
}

function optionsOf({ model, system, messages, schema }: ModelCall, abortSignal: AbortSignal): CallOptions {
  return {
    prompt: [
      ...(system ? [{ role: 'system' as const, content: system }] : []),
      ...messages.map(({ role, text }) => ({ role, content: [{ type: 'text' as const, text }] })),
    ],
    ...(schema ? { responseFormat: formatOf(model, schema) } : {}),
    abortSignal,
  };
}

/** Structured output as far as the model has it; what it has not is read leniently. */
function formatOf(model: ModelCall['model'], schema: JsonSchema): ResponseFormat {
  if (model.supports_schema) return { type: 'json', name: 'answer', schema } as ResponseFormat;
  return model.supports_json ? { type: 'json' } : { type: 'text' };
}

/** How streams end that were cut off on their way. */
const brokenOff: ReadonlySet<string | null> = new Set([null, 'error', 'interrupted']);

function judged(call: ModelCall, heard: Heard, latencyMs: number, began: number): ModelOutcome {
  if (brokenOff.has(heard.finish)) {
    const message = `the provider of the model "${call.model.name}" broke off its answer`;
    return fault({ kind: 'truncated', whose: 'provider', message, mayPass: true, retryAfterMs: null });
  }
  const answer: ModelAnswer = {
    text: heard.text,
    cutShort: heard.finish === 'length',
    inputTokens: heard.inputTokens,
    outputTokens: heard.outputTokens,
    latencyMs,
    timeToFirstTokenMs: heard.firstAt === null ? null : heard.firstAt - began,
  };
  return { kind: 'answer', answer };
}

function fault(what: ModelFault): ModelOutcome {
  return { kind: 'fault', fault: what };
}

const withdrawn: ModelFault = {
  kind: 'refused',
  whose: 'arena',
  message: 'the call was given up: nobody wants its answer any more',
  mayPass: false,
  retryAfterMs: null,
};

function tooSlow({ model, timeoutMs }: ModelCall): ModelFault {
  const message = `the provider of the model "${model.name}" gave no whole answer within ${timeoutMs} ms`;
  return { kind: 'timeout', whose: 'provider', message, mayPass: true, retryAfterMs: null };
}

function tooMuch({ model }: ModelCall): ModelFault {
  const message = `the answer of the model "${model.name}" is longer than ${limits.answerBytes} characters`;
  return { kind: 'too_large', whose: 'agent', message, mayPass: false, retryAfterMs: null };
}
