/** The hosts that a simulated arena calls over HTTP: they answer with response objects, late, broken or not at all, and keep count. */
import type { HttpCaller, HttpOutcome, HttpRequest } from '../../src/bridge/http-call.ts';
import type { Draws } from '../support/draws.ts';
import type { Agents } from './agents.ts';
import type { Chaos } from './chaos.ts';
import type { EventLoop, Owner } from './event-loop.ts';

export interface Hosts {
  /** As a process calls them. */
  callerOf(owner: Owner): HttpCaller;
  /** Told of every call that arrives. */
  watch(callback: (request: HttpRequest) => void): void;
}

/** Where agents that are reached over HTTP live. */
export const agentsHost = 'http://agents.simulated';

export function createHosts(options: {
  loop: EventLoop;
  draws: Draws;
  chaos: Chaos;
  agents: Pick<Agents, 'answer'>;
}): Hosts {
  const { loop, draws, chaos, agents } = options;
  const watchers: ((request: HttpRequest) => void)[] = [];

  function outcomeOf(request: HttpRequest): HttpOutcome {
    if (draws.chance(chaos.breakCall / 2))
      return { kind: 'fault', fault: { kind: 'unreachable', whose: 'network', message: 'nobody is there' } };
    for (const watcher of watchers) watcher(request);
    const isOfAgent = request.url.startsWith(agentsHost);
    const said = isOfAgent
      ? agents.answer(request)
      : JSON.stringify({ state: 'complete', data: { called: request.url } });
    if (!draws.chance(chaos.breakCall)) return { kind: 'answer', text: said };
    return draws.pick<() => HttpOutcome>([
      () => ({ kind: 'fault', fault: { kind: 'refused', whose: 'agent', message: 'status 500' } }),
      () => ({
        kind: 'fault',
        fault: { kind: 'refused', whose: 'agent', message: 'status 429' },
        retryAfterMs: draws.between(1, 3_000),
      }),
      () => ({ kind: 'fault', fault: { kind: 'truncated', whose: 'network', message: 'it broke off' } }),
      () => answer({ state: 'pending', delay: draws.between(0, 500) }),
      () => answer({ state: 'fail', message: 'not today' }),
      () => ({ kind: 'answer', text: 'I would rather not.' }),
    ])();
  }

  return {
    watch: (callback) => void watchers.push(callback),
    callerOf: (owner) => ({
      call: (request) =>
        new Promise((resolve) => {
          const isSilent = draws.chance(chaos.breakCall / 4);
          const delayMs = isSilent ? request.timeoutMs : Math.min(request.timeoutMs, draws.between(0, 100));
          const cancel = loop.after(owner, delayMs, () => {
            if (!isSilent) return resolve(outcomeOf(request));
            resolve({ kind: 'fault', fault: { kind: 'timeout', whose: 'agent', message: 'no whole answer' } });
          });
          request.signal?.addEventListener('abort', () => {
            cancel();
            resolve({ kind: 'withdrawn' });
          });
        }),
    }),
  };
}

function answer(response: object): HttpOutcome {
  return { kind: 'answer', text: JSON.stringify(response) };
}
