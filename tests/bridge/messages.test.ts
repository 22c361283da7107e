/** Messages that jobs publish, on a real nats-server: what arrives, when they are complete, and what is refused. */
import { expect, it } from 'vitest';
import type { BusMessage } from '../../src/bridge/bus.ts';
import { callOf, messageTask, stageCalls } from './staged-calls.ts';

const complete = { type: 'answer', from: null, body: '{"state":"complete"}', compare_job: false };

it.each([
  ['a string as it is', 'so it is', null, 'so it is'],
  ['anything else as JSON', { so: ['it', 1] }, null, '{"so":["it",1]}'],
  [
    'of a batch with what its children have come to',
    'of old',
    [{ n: 1 }],
    '{"job_id":"some-test-job","data":"of old","child_data":[{"n":1}]}',
  ],
])('a message carries %s, and the id of its job as that of the message', async (_what, data, childData, body) => {
  const { bus, outcomeOf } = await stageCalls();
  const listener = await bus.connect({ name: 'a listener' });
  const heard = Promise.withResolvers<BusMessage>();
  listener.subscribe('some.where.>', heard.resolve);
  await listener.flush();
  const call = callOf(messageTask('some.where.$JOB$', data), { child_data: childData });
  expect(await outcomeOf(call)).toEqual(complete);
  const { subject, headers, data: bytes } = await heard.promise;
  expect(subject).toBe('some.where.some-test-job');
  expect(headers['Nats-Msg-Id']).toBe('some-test-job');
  expect(new TextDecoder().decode(bytes)).toBe(body);
});

it.each([
  'some where',
  'some.*',
  'some.>',
  '',
  'some..where',
  '$SYS.REQ.SERVER.PING',
  '_INBOX.somebody',
  'arena.request.job',
  'my.ada.response.health.$JOB$',
])('a message on "%s" is refused for good', async (subject) => {
  const { outcomeOf } = await stageCalls();
  const told = await outcomeOf(callOf(messageTask(subject, null)));
  expect(told).toMatchObject({ type: 'fault', kind: 'refused', whose: 'arena', final: true });
});

it('a message that is larger than the bus takes is refused for good', async () => {
  const { outcomeOf } = await stageCalls();
  const told = await outcomeOf(callOf(messageTask('some.where', 'x'.repeat(1_048_577))));
  expect(told).toMatchObject({ type: 'fault', kind: 'refused', whose: 'arena', final: true });
});

it('a message is not complete while the bus is away', async () => {
  const { nats, connection, outcomeOf } = await stageCalls();
  const away = new Promise<void>((resolve) => connection.onStatus(({ connected }) => !connected && resolve()));
  await nats.stop();
  await away;
  const told = await outcomeOf(callOf(messageTask('some.where', 'x')));
  expect(told).toMatchObject({ type: 'fault', kind: 'unreachable' });
  expect(told).not.toMatchObject({ final: true });
});
