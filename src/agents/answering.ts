/**
 * Turns requests into responses: finds the handler, remembers what was answered, turns a throw into a failure, lets the time run out.
 * It knows no bus; who listens where is for `kit.ts` and `host.ts`.
 */
import type { Clock } from '../actors/runtime/ports.ts';
import { ArenaError, type ErrorCode, messageOf } from '../protocol/errors.ts';
import type { Json } from '../protocol/json.ts';
import type { AgentRequest, AgentResponse } from '../protocol/messages.ts';
import type { PromptType } from '../protocol/states.ts';
import {
  AnswerFailure,
  type Ask,
  type Handler,
  type Handlers,
  incomingRequestSchema,
  isPending,
  usageOf,
} from './asks.ts';

export interface AnsweringOptions {
  readonly clock: Clock;
  /** Who answers this request; a text says why nobody does. */
  readonly agentFor: (request: AgentRequest) => AnsweringAgent | string;
  /** So many answers are kept for a request that comes again. */
  readonly rememberedMax?: number;
  /** So many requests are worked on at once; whoever asks for one more is told to ask again. */
  readonly inFlightMax?: number;
}

/** Answers everything itself, health too. `signal` is aborted when the time is over. */
type Respond = (request: AgentRequest, signal: AbortSignal) => Promise<AgentResponse>;

export type AnsweringAgent =
  /** Answers what it has handlers for; that it is well is said for it. */
  | { readonly name: string; readonly version?: string; readonly handlers: Handlers }
  | { readonly name: string; readonly respond: Respond };

export interface Answering {
  /** Never rejects. The same job, attempt and model get the same answer, also while the first is still being worked out. */
  answer(body: Uint8Array): Promise<AgentResponse>;
  inFlight(): number;
  /** Begins no more answers, waits for those in flight, aborts what is left after `timeoutMs` and says how many that were. */
  close(timeoutMs: number): Promise<number>;
}

const decoder = new TextDecoder();
const askAgainMs = 1_000;
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unavailable', 'overloaded']);

export function createAnswering(options: AnsweringOptions): Answering {
  const { clock, agentFor, rememberedMax = 1_000, inFlightMax = 10_000 } = options;
  const remembered = new Map<string, AgentResponse>();
  const inFlight = new Map<string, Promise<AgentResponse>>();
  const closing = new AbortController();
  let whenIdle: (() => void) | null = null;
  let isClosed = false;

  function remember(key: string, response: AgentResponse): void {
    remembered.delete(key);
    remembered.set(key, response);
    if (remembered.size <= rememberedMax) return;
    const [oldest] = remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
  }

  function answer(body: Uint8Array): Promise<AgentResponse> {
    const request = readRequest(body);
    if (typeof request === 'string') return Promise.resolve(failure(undefined, request));
    const agent = agentFor(request);
    if (typeof agent === 'string') return Promise.resolve(failure(request.job_id, agent));
    if (request.command === 'health') {
      if ('respond' in agent) return respondWith(agent.respond, request, agent.name);
      const { name, version } = agent;
      const data = { name, state: 'OK', ...(version === undefined ? {} : { version }) };
      return Promise.resolve({ job_id: request.job_id, state: 'complete', data });
    }
    // Whoever names another model wants to hear that one.
    const key = `${request.participant_id} ${request.command} ${request.job_id} ${request.attempt} ${request.model ?? ''}`;
    const known = remembered.get(key);
    if (known) {
      remember(key, known);
      return Promise.resolve(known);
    }
    const running = inFlight.get(key);
    if (running) return running;
    if (isClosed) return Promise.resolve(askAgain(request.job_id, `${agent.name} is shutting down`));
    if (inFlight.size >= inFlightMax)
      return Promise.resolve(askAgain(request.job_id, `${agent.name} has ${inFlightMax} requests at hand`));
    const answering = respond(agent, request).then((response) => {
      // What is pending is asked again with the same attempt, and must then be worked on.
      if (response.state !== 'pending') remember(key, response);
      inFlight.delete(key);
      if (inFlight.size === 0) whenIdle?.();
      return response;
    });
    inFlight.set(key, answering);
    return answering;
  }

  /** In the time that there is for it. What is thrown becomes a failure, but for what may pass: a host that ends, or cannot keep anything now. */
  async function respondWith(respond: Respond, request: AgentRequest, name: string): Promise<AgentResponse> {
    const time = createDeadline(clock, request.timeout_ms, closing.signal);
    try {
      return await time.within(respond(request, time.signal()));
    } catch (error) {
      if (error instanceof ArenaError && passing.has(error.code))
        return askAgain(request.job_id, `${name} cannot answer now: ${error.message}`);
      return failure(request.job_id, `${name} failed: ${messageOf(error)}`);
    } finally {
      time.over();
    }
  }

  async function respond(agent: AnsweringAgent, request: AgentRequest): Promise<AgentResponse> {
    if ('respond' in agent) return respondWith(agent.respond, request, agent.name);
    const { job_id } = request;
    const prompt = request.command as PromptType;
    const handler = agent.handlers[prompt] as Handler<PromptType> | undefined;
    if (!handler) {
      const known = Object.keys(agent.handlers).join(', ') || 'nothing';
      return failure(job_id, `${agent.name} does not answer ${prompt}; it answers ${known}`);
    }
    const time = createDeadline(clock, request.timeout_ms, closing.signal);
    try {
      const data = request.data as unknown as Ask<PromptType>['data'];
      const answered = handler(data.contest, {
        ...request,
        data,
        get signal() {
          return time.signal();
        },
      });
      const given = isPromiseLike(answered) ? await time.within(answered) : answered;
      if (isPending(given)) return { job_id, state: 'pending', delay: given.delayMs };
      const { data: answer, usage = null } = usageOf(given) ?? { data: given };
      if (answer === undefined || answer === null) return failure(job_id, `${agent.name} gave no answer to ${prompt}`);
      return { job_id, state: 'complete', data: answer as Json, ...(usage === null ? {} : { usage }) };
    } catch (error) {
      const fault = error instanceof AnswerFailure ? { fault: error.fault } : {};
      return { ...failure(job_id, `${agent.name} failed: ${messageOf(error)}`), ...fault };
    } finally {
      time.over();
    }
  }

  return {
    answer,
    inFlight: () => inFlight.size,
    close: async (timeoutMs) => {
      isClosed = true;
      if (inFlight.size > 0) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(timeoutMs, resolve);
          whenIdle = () => {
            cancel();
            resolve();
          };
        });
      }
      closing.abort(new Error('the agent is shutting down'));
      return inFlight.size;
    },
  };
}

/** Handlers come from anywhere: not each promise is one of this realm's. */
function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

interface Deadline {
  /** Aborted when the time is over; made when somebody asks for it, since most handlers answer at once and never look. */
  signal(): AbortSignal;
  /** The promise, or a rejection when the time is over first: a handler that hangs must not hold its place for ever. */
  within<T>(promise: PromiseLike<T>): Promise<T>;
  /** The answer is there: forgets the timer. */
  over(): void;
}

function createDeadline(clock: Clock, timeoutMs: number, closing: AbortSignal): Deadline {
  const timeout = new AbortController();
  let signal: AbortSignal | null = null;
  let cancel: (() => void) | null = null;
  function startTimer(): void {
    cancel ??= clock.after(timeoutMs, () => timeout.abort(new Error(`no answer within ${timeoutMs} ms`)));
  }
  return {
    signal: () => {
      startTimer();
      signal ??= AbortSignal.any([timeout.signal, closing]);
      return signal;
    },
    within: (promise) => {
      startTimer();
      return new Promise((resolve, reject) => {
        timeout.signal.addEventListener('abort', () => reject(timeout.signal.reason), { once: true });
        promise.then(resolve, reject);
      });
    },
    over: () => cancel?.(),
  };
}

function readRequest(body: Uint8Array): AgentRequest | string {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    const read = incomingRequestSchema.safeParse(value);
    if (!read.success)
      return unreadable(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    const data = (value as { data?: unknown }).data;
    if (typeof data !== 'object' || data === null) return unreadable('it has no data');
    return { ...read.data, data: data as AgentRequest['data'] };
  } catch {
    return unreadable('it is not JSON');
  }
}

function unreadable(why: string): string {
  return `this is not a request that an agent can answer: ${why}`;
}

function failure(jobId: string | undefined, message: string): AgentResponse {
  return { ...(jobId === undefined ? {} : { job_id: jobId }), state: 'fail', message };
}

/** Says that the same request is welcome later: a failure would cost the participant an attempt. */
function askAgain(jobId: string, message: string): AgentResponse {
  return { job_id: jobId, state: 'pending', delay: askAgainMs, message };
}
