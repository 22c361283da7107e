/**
 * Requests to participants' agents, on their subjects or to their HTTP endpoints, and the answers that come back. When to ask and
 * what an answer means is the job's; here is only the way there and back.
 */
import { contestOf } from '../actors/address.ts';
import type { CallTask, OutboundCall, RenderedPrompt } from '../actors/job/state.ts';
import type { Clock, Log } from '../actors/runtime/ports.ts';
import {
  channelPrefix,
  isChannelEndpoint,
  parseResponseSubject,
  requestSubject,
  responseSubject,
  responsesPattern,
} from '../protocol/channels.ts';
import { messageOf } from '../protocol/errors.ts';
import type { AskType } from '../protocol/states.ts';
import { isStreamAck } from '../protocol/stream-ack.ts';
import { agentHttpRequest } from './agent-http-request.ts';
import type { BusConnection, BusMessage, KeptMessage } from './bus.ts';
import type { CallFault, CallOutcome } from './call-outcome.ts';
import { type AgentTask, createExpectedJobs, prefixOf } from './expected-jobs.ts';
import type { HostCalls } from './host-calls.ts';
import type { HttpCaller } from './http-call.ts';
import { createKeptAnswers, type FoundAnswer, type Keeping } from './kept-answers.ts';

export interface AgentCallsOptions {
  readonly bus: BusConnection;
  readonly http: HttpCaller;
  readonly hosts: HostCalls;
  readonly clock: Clock;
  readonly log: Log;
  readonly outcome: CallOutcome;
  /** Derives a prompt again from the journal, after a restart. */
  readonly renderAgain: (address: string, call: OutboundCall) => Promise<RenderedPrompt | null>;
  readonly apiKeyOf: (participantId: string) => Promise<string | null>;
  /** The place of an attempt in its trace. */
  readonly traceparentOf: (address: string, attempt: number) => string;
  /** Without it answers are taken as they come. */
  readonly keeping?: Keeping | null;
}

export interface AgentCalls {
  /** All that was open is brought back: answers that were kept are taken first, then what is still open is asked. */
  start(): Promise<void>;
  expect(jobId: string, address: string, task: CallTask | null): void;
  ask(call: AgentCall, address: string): void;
  /** Nothing is on its way any more. */
  close(jobId: string): void;
  forget(jobId: string): void;
  stats(): { open: number; refused: number };
}

export type AgentCall = OutboundCall & { readonly task: AgentTask };

interface OpenCall {
  readonly call: AgentCall;
  readonly address: string;
  readonly deadline: number;
  /** Set while the bus is away. */
  stopWaiting: (() => void) | null;
  /** Set for a check of health over the bus. */
  stopRepeating: (() => void) | null;
}

/** How long before its deadline a request is given up while the bus is away. */
const awayMarginMs = 50;

/** How long a check of health goes unanswered before it is sent again: a part of its time, so that it is a few times within that. */
const repeatAfter = { share: 0.2, maxMs: 5_000 } as const;

export function createAgentCalls(options: AgentCallsOptions): AgentCalls {
  const { bus, http, hosts, clock, log, outcome } = options;
  const open = new Map<string, OpenCall>();
  const expected = createExpectedJobs((pattern) => bus.subscribe(pattern, receive));
  const decoder = new TextDecoder();
  let refused = 0;
  const kept = createKeptAnswers({ bus, clock, log, keeping: options.keeping ?? null, take: taken });

  bus.subscribe(responsesPattern, (message) => {
    if (message.noResponders || kept.areDirect()) receive(message);
  });
  // What was published while the connection was lost was thrown away: every open request goes out again, as the same attempt.
  // Those to HTTP endpoints went another way.
  bus.onReconnect(() => {
    const now = clock.now();
    const due = [...open.values()].filter(
      ({ call, deadline }) => deadline > now && isChannelEndpoint(call.task.endpoint),
    );
    if (due.length > 0) log.info({ requests: due.length }, 'the bus is back: open requests are sent again');
    for (const { call, address } of due) ask(call, address);
  });
  bus.onStatus(({ connected }) => {
    if (!connected) for (const one of open.values()) giveUpWhileAway(one);
  });

  /** A request that the bus could not carry in its time is the network's fault; its job is told before it blames the agent. */
  function giveUpWhileAway(one: OpenCall): void {
    const { call, address, deadline } = one;
    if (!isChannelEndpoint(call.task.endpoint)) return;
    one.stopWaiting?.();
    one.stopWaiting = clock.after(Math.max(0, deadline - clock.now() - awayMarginMs), () => {
      const { connected, detail } = bus.status();
      if (!connected) fail(call, address, { kind: 'unreachable', message: `the bus is away: ${detail}` });
    });
  }

  /**
   * A check of health is sent again until it is answered or its time is over, as the same attempt. Where anybody else listens to all that agents
   * are asked, nobody says that it came before the agent did; and an answer to it costs nothing, as one to a prompt may.
   */
  function repeatHealth(one: OpenCall): void {
    const { call, address, deadline } = one;
    if (call.task.type !== 'health' || !isChannelEndpoint(call.task.endpoint)) return;
    const afterMs = Math.min(repeatAfter.maxMs, Math.ceil(call.timeout_ms * repeatAfter.share));
    one.stopRepeating = clock.after(afterMs, () => {
      if (clock.now() >= deadline) return;
      dispatch(call, address, deadline, null);
      if (open.get(call.job_id) === one) repeatHealth(one);
    });
  }

  function close(jobId: string): void {
    const one = open.get(jobId);
    one?.stopWaiting?.();
    one?.stopRepeating?.();
    open.delete(jobId);
  }

  function ask(call: AgentCall, address: string): void {
    const deadline = call.deadline ?? clock.now() + call.timeout_ms;
    const one: OpenCall = { call, address, deadline, stopWaiting: null, stopRepeating: null };
    close(call.job_id);
    open.set(call.job_id, one);
    if (!bus.status().connected) giveUpWhileAway(one);
    if (kept.isHolding() && isChannelEndpoint(call.task.endpoint)) return;
    repeatHealth(one);
    if (call.task.type === 'prompt' && !call.prompt) void sendDerived(call, address, deadline);
    else dispatch(call, address, deadline, call.prompt);
  }

  /** A prompt that cannot be derived again is not the agent's fault; its next try is rendered anew. */
  async function sendDerived(call: AgentCall, address: string, deadline: number): Promise<void> {
    let prompt: RenderedPrompt | null;
    try {
      prompt = await options.renderAgain(address, call);
    } catch (error) {
      log.error({ job: call.job_id, err: error }, 'a prompt could not be derived from the journal');
      prompt = null;
    }
    if (open.get(call.job_id)?.call !== call) return;
    if (prompt) return dispatch(call, address, deadline, prompt);
    const message = 'the prompt could not be derived again from the journal';
    fail(call, address, { kind: 'unreachable', whose: 'arena', message });
  }

  function dispatch(call: AgentCall, address: string, deadline: number, prompt: RenderedPrompt | null): void {
    const body = requestBody(call, address, deadline, prompt);
    if (!isChannelEndpoint(call.task.endpoint)) {
      hosts.make(call.job_id, call.task.endpoint, (signal) => askOverHttp(call, address, body.toString(), signal));
      return;
    }
    try {
      const prefix = channelPrefix(call.task.endpoint, call.task.participant_id);
      const askType = askTypeOf(call.task);
      bus.publish(requestSubject(prefix, askType, call.job_id), body, {
        reply: responseSubject(prefix, askType, call.job_id),
        headers: { traceparent: options.traceparentOf(address, call.attempt) },
      });
    } catch (error) {
      fail(call, address, { kind: 'unreachable', whose: 'arena', message: messageOf(error), final: true });
    }
  }

  function receive(message: BusMessage): void {
    const found = answerIn(message);
    if (!found) return;
    close(found.job);
    outcome.answer(found.address, found.body, found.from);
  }

  function taken(message: KeptMessage): FoundAnswer | null {
    const found = answerIn({ ...message, noResponders: false });
    if (found) close(found.job);
    return found;
  }

  /** Whose answer a message is, and what it says; null for one that is nobody's. */
  function answerIn({
    subject,
    data,
    noResponders,
  }: Pick<BusMessage, 'subject' | 'data' | 'noResponders'>): FoundAnswer | null {
    const parsed = parseResponseSubject(subject);
    const asked = parsed && expected.get(parsed.job);
    if (!asked) {
      refused += 1;
      log.debug({ subject }, 'an answer to no job at hand');
      return null;
    }
    const { address, task } = asked;
    if (noResponders) {
      const unanswered = open.get(parsed.job);
      if (unanswered)
        fail(unanswered.call, address, {
          kind: 'unreachable',
          message: 'nobody listens to the subject of the request',
        });
      return null;
    }
    const body = decoder.decode(data);
    if (isStreamAck(body)) return null;
    if (prefixOf(task) !== parsed.prefix) {
      refused += 1;
      log.warn({ job: parsed.job, subject }, "an answer on another participant's subject was refused");
      return null;
    }
    return { job: parsed.job, address, body, from: task.participant_id };
  }

  async function start(): Promise<void> {
    await kept.start();
    const waiting = [...open.values()].filter(({ call }) => isChannelEndpoint(call.task.endpoint));
    for (const { call, address } of options.keeping ? waiting : []) ask(call, address);
  }

  async function askOverHttp(call: AgentCall, address: string, body: string, signal: AbortSignal): Promise<void> {
    let apiKey: string | null;
    try {
      apiKey = await options.apiKeyOf(call.task.participant_id);
    } catch (error) {
      const message = `the key of the participant cannot be read: ${messageOf(error)}`;
      return fail(call, address, { kind: 'unreachable', whose: 'arena', message });
    }
    const request = agentHttpRequest(
      {
        endpoint: call.task.endpoint,
        askType: askTypeOf(call.task),
        job: call.job_id,
        body,
        poll: call.again,
        timeoutMs: call.timeout_ms,
        apiKey,
        traceparent: options.traceparentOf(address, call.attempt),
      },
      clock.now(),
    );
    const came = await http.call({ ...request, signal });
    if (came.kind === 'withdrawn') return;
    close(call.job_id);
    outcome.http(call, address, came, call.task.participant_id);
  }

  function fail(call: AgentCall, address: string, fault: CallFault): void {
    close(call.job_id);
    outcome.fault(call, address, fault);
  }

  return {
    start,
    expect: expected.add,
    ask,
    close,
    forget(jobId) {
      close(jobId);
      expected.delete(jobId);
    },
    stats: () => ({ open: open.size, refused }),
  };
}

/** The request as JSON; a prompt's data is put in as it was rendered and hashed. */
function requestBody(call: AgentCall, address: string, deadline: number, prompt: RenderedPrompt | null): Buffer {
  const { task } = call;
  const head = JSON.stringify({
    command: askTypeOf(task),
    job_id: call.job_id,
    attempt: call.attempt,
    contest_id: contestOf(address),
    participant_id: task.participant_id,
    round_no: task.type === 'prompt' ? task.round_no : null,
    deadline,
    timeout_ms: call.timeout_ms,
    last_latency_ms: prompt?.last_latency_ms ?? null,
    message: call.message,
  });
  const beforeData = `${head.slice(0, -1)},"data":`;
  return prompt
    ? Buffer.concat([Buffer.from(beforeData), prompt.data, Buffer.from('}')])
    : Buffer.from(`${beforeData}{}}`);
}

function askTypeOf(task: AgentTask): AskType {
  return task.type === 'health' ? 'health' : task.prompt_type;
}
