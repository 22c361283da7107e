/** Checks of health that are not answered, on a bus where nothing says that nobody has got them. */
import { expect, it, onTestFinished } from 'vitest';
import type { JobCommand, OutboundCall } from '../../src/actors/job/state.ts';
import type { BusMessage } from '../../src/bridge/bus.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { createCalls } from '../../src/bridge/calls.ts';
import { defaultEndpoint } from '../../src/protocol/channels.ts';
import { createSimulatedClock, turns } from '../runtime/simulated-time.ts';
import { memoryLog } from '../support/clock.ts';
import { callOf, promptTask } from './staged-calls.ts';

const job = 'some-test-job';
const address = `job/${job}`;
const timeoutMs = 5_000;
const check = callOf(
  { type: 'health', participant_id: 'one-test-player', endpoint: defaultEndpoint },
  { timeout_ms: timeoutMs },
);

/** Calls on a bus where somebody listens to everything and answers nothing. */
async function stage() {
  const clock = createSimulatedClock();
  const log = memoryLog();
  const bus = createLocalBus({ clock, log });
  const listener = await bus.connect({ name: 'a listener' });
  const heard: BusMessage[] = [];
  listener.subscribe('actor.agent.*.request.>', (message) => void heard.push(message));
  const told: JobCommand[] = [];
  const calls = createCalls({
    bus: await bus.connect({ name: 'requests' }),
    http: { call: () => Promise.reject(new Error('nothing is called here')) },
    clock,
    log,
    tell: (_address, outcome) => void told.push(outcome),
    renderAgain: async () => null,
    apiKeyOf: async () => null,
    limits: { inFlightMax: 8, inFlightPerHostMax: 8 },
    bases: () => ({ arena: '', actor: '' }),
  });
  await calls.start();
  onTestFinished(() => bus.close());
  return {
    clock,
    calls,
    heard,
    told,
    listener,
    send(call: OutboundCall): void {
      calls.expect(job, address, call.task);
      calls.send(call, address);
    },
  };
}

it('are sent again until their time is over, each time the same', async () => {
  const { clock, heard, told, send } = await stage();
  send(check);
  clock.pass(2 * timeoutMs);
  await turns();
  expect(heard).toHaveLength(5);
  const [first, ...again] = heard.map(({ subject, reply, headers, data }) => [subject, reply, headers, String(data)]);
  for (const one of again) expect(one).toEqual(first);
  expect([told, clock.timersSet]).toEqual([[], 0]);
});

it('are sent no more when one of them is answered', async () => {
  const { clock, heard, told, listener, send } = await stage();
  send(check);
  clock.pass(timeoutMs / 2);
  await turns();
  const sent = heard.length;
  const body = JSON.stringify({ state: 'complete', data: { state: 'OK' } });
  listener.publish(heard.at(-1)?.reply ?? '', body);
  await turns();
  clock.pass(timeoutMs);
  await turns();
  expect(sent).toBeGreaterThan(1);
  expect(heard).toHaveLength(sent);
  expect(told).toEqual([{ type: 'answer', from: 'one-test-player', body, compare_job: true }]);
});

it('are sent no more when their job is over', async () => {
  const { clock, calls, heard, send } = await stage();
  send(check);
  calls.forget(job);
  clock.pass(timeoutMs);
  await turns();
  expect(heard).toHaveLength(1);
});

it('are all that is sent again: a prompt may have been heard, and cost something', async () => {
  const { clock, heard, send } = await stage();
  const prompt = { data: Buffer.from('{}'), hash: 'of nothing', version: 1, last_latency_ms: null };
  send({ ...check, task: promptTask, prompt });
  clock.pass(timeoutMs);
  await turns();
  expect(heard).toHaveLength(1);
});
