/**
 * The language model of a simulated world: it speaks for the seats that have one, well or badly, late or never. Those who watch over
 * the world are told of every call that is made to it, since each is to be paid for.
 */
import type { ModelCall, ModelCaller, ModelFault, ModelOutcome } from '../../src/agents/models/model-caller.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import type { Draws } from '../support/draws.ts';
import type { Agents } from './agents.ts';
import type { Chaos } from './chaos.ts';
import type { EventLoop, Owner } from './event-loop.ts';

export interface Model {
  /** As a process calls it. What `called` is told of is the request that the prompt was made of. */
  callerOf(owner: Owner, called: (request: AgentRequest) => void): ModelCaller;
}

export function createModel(options: {
  loop: EventLoop;
  draws: Draws;
  chaos: Chaos;
  agents: Pick<Agents, 'words'>;
}): Model {
  const { loop, draws, chaos, agents } = options;

  function outcomeOf(request: AgentRequest): ModelOutcome {
    if (!draws.chance(chaos.misbehave)) return said(agents.words(request));
    return draws.pick<() => ModelOutcome>([
      () => said('I would rather not.'),
      // Half of an object is none; half of a text could not be told from one.
      () => said(agents.words(request).replace(/\}$/, '')),
      () => spoilt({ mayPass: true, retryAfterMs: null }),
      () => spoilt({ mayPass: true, retryAfterMs: draws.between(1, 3_000) }),
      () => spoilt({ mayPass: false, retryAfterMs: null }),
    ])();
  }

  function call({ messages, timeoutMs, signal }: ModelCall, owner: Owner): Promise<ModelOutcome> {
    const request = requestIn(messages[0]?.text ?? '');
    return new Promise((resolve) => {
      const isSilent = draws.chance(chaos.breakCall / 4);
      const delayMs = isSilent ? timeoutMs : draws.between(0, Math.min(timeoutMs, 2 * chaos.delayMs));
      const cancel = loop.after(owner, delayMs, () =>
        resolve(isSilent ? spoilt({ mayPass: true, retryAfterMs: null }) : outcomeOf(request)),
      );
      signal?.addEventListener('abort', () => {
        cancel();
        resolve(spoilt({ mayPass: true, retryAfterMs: null }));
      });
    });
  }

  return {
    callerOf: (owner, called) => ({
      async call(asked) {
        if (asked.signal?.aborted) return spoilt({ mayPass: true, retryAfterMs: null });
        called(requestIn(asked.messages[0]?.text ?? ''));
        return call(asked, owner);
      },
    }),
  };
}

/** The prompt of a simulated seat is the request itself. */
export function promptOf(request: AgentRequest): string {
  return JSON.stringify(request);
}

function requestIn(prompt: string): AgentRequest {
  return JSON.parse(prompt) as AgentRequest;
}

function said(text: string): ModelOutcome {
  return {
    kind: 'answer',
    answer: { text, cutShort: false, inputTokens: 1, outputTokens: 1, latencyMs: 1, timeToFirstTokenMs: 1 },
  };
}

function spoilt(fault: Pick<ModelFault, 'mayPass' | 'retryAfterMs'>): ModelOutcome {
  return { kind: 'fault', fault: { kind: 'refused', whose: 'provider', message: 'not at this moment', ...fault } };
}
