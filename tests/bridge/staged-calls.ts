/** Calls on a real nats-server, through a gate that lets them go to this machine, and what the jobs are told of them. */
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { HttpTask, JobCommand, MessageTask, OutboundCall } from '../../src/actors/job/state.ts';
import { createNatsBus } from '../../src/bridge/bus-nats.ts';
import { type CallsOptions, createCalls } from '../../src/bridge/calls.ts';
import { createHttpCaller } from '../../src/bridge/http-call.ts';
import { createOutboundGate } from '../../src/bridge/outbound-gate.ts';
import { defaultEndpoint } from '../../src/protocol/channels.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { startNatsServer } from '../support/nats-server.ts';

export const promptTask = {
  type: 'prompt',
  prompt_type: 'player_player_action',
  participant_id: 'one-test-player',
  endpoint: defaultEndpoint,
  round_no: 0,
  about: null,
} as const;

export type Staging = Partial<Pick<CallsOptions, 'apiKeyOf' | 'renderAgain' | 'limits' | 'bases' | 'tell'>>;

export async function stageCalls(staging: Staging = {}) {
  const nats = await startNatsServer();
  const log = memoryLog();
  const bus = createNatsBus({ url: nats.url, clock: realClock, log, reconnectWaitMs: 20 });
  const gate = createOutboundGate({ allowHosts: ['127.0.0.1'] });
  const connection = await bus.connect({ name: 'requests' });
  const told: JobCommand[] = [];
  const outcomes = new EventTarget();
  const calls = createCalls({
    bus: connection,
    http: createHttpCaller({ gate, clock: realClock }),
    clock: realClock,
    log,
    tell: (_address, outcome) => {
      told.push(outcome);
      outcomes.dispatchEvent(new Event('told'));
    },
    renderAgain: async () => null,
    apiKeyOf: async () => null,
    limits: { inFlightMax: 8, inFlightPerHostMax: 8 },
    bases: () => ({ arena: 'http://127.0.0.1:1', actor: 'http://127.0.0.1:1' }),
    ...staging,
  });
  calls.start();
  onTestFinished(async () => {
    await bus.close();
    await gate.close();
    await nats.stop();
  });
  const outcome = () => once(outcomes, 'told');
  return {
    nats,
    log,
    bus,
    connection,
    calls: {
      ...calls,
      /** As the runtime does for a job that has come into memory. */
      send(call: OutboundCall, address: string): void {
        calls.expect(call.job_id, address, call.task);
        calls.send(call, address);
      },
      sendAs: calls.send,
    },
    told,
    outcome,
    /** Sends a call, and resolves with what its job is told. */
    async outcomeOf(call: OutboundCall): Promise<JobCommand | undefined> {
      const before = told.length;
      const came = outcome();
      calls.send(call, `job/${call.job_id}`);
      await came;
      return told[before];
    },
  };
}

/** A call as a job would send it: its first attempt. */
export function callOf(task: OutboundCall['task'], more: Partial<OutboundCall> = {}): OutboundCall {
  return {
    kind: 'call',
    job_id: 'some-test-job',
    attempt: 1,
    task,
    timeout_ms: 20_000,
    deadline: null,
    message: '',
    view: null,
    prompt: null,
    again: false,
    child_data: null,
    ...more,
  };
}

export function httpTask(url: string, more: Partial<HttpTask> = {}): HttpTask {
  return { type: 'http', method: 'POST', url, data: null, ...more };
}

export function messageTask(subject: string, data: MessageTask['data']): MessageTask {
  return { type: 'message', subject, data };
}
