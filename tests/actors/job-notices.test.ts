/** What is told of jobs made from outside: their response on their channel, once they have ended. */
import { describe, expect, test } from 'vitest';
import type { JobCommand, JobSpec, MessageTask } from '../../src/actors/job/state.ts';
import { publicationsOf } from '../../src/actors/publications.ts';
import type { Publication } from '../../src/actors/runtime/publication.ts';
import type { Json } from '../../src/protocol/json.ts';
import { limits } from '../../src/protocol/limits.ts';
import { type Simulation, simulate } from './simulated-root.ts';

const root = 'job/loud-lark-tells-1';
const channel = 'callers.own.channel';

function ended(data: Json, more: Partial<JobSpec> = { channel }, last?: JobCommand): Simulation {
  const task: MessageTask = { type: 'message', subject: 'some.where', data: null };
  const body = JSON.stringify({ state: 'complete', data });
  const simulation = simulate({ root, agents: () => ({ type: 'answer', from: null, body, compare_job: false }) });
  const spec: JobSpec = { task, timeout_ms: 1_000, max_attempts: 1, ttl_ms: 10_000, ...more };
  simulation.command(root, { type: 'create', parent: null, spec } as JobCommand);
  if (last) simulation.command(root, last);
  simulation.run();
  return simulation;
}

function toldOn(subject: string, { entries }: Simulation): Publication[] {
  return entries
    .flatMap((entry) => publicationsOf({ ...entry, offset: entry.position }))
    .filter((one) => one.subject === subject);
}

describe('the response of a job on its channel', () => {
  test('is told once, when it is complete', () => {
    const told = toldOn(channel, ended({ n: 1 }));
    expect(told.map(({ body }) => JSON.parse(body))).toMatchObject([
      { job_id: 'loud-lark-tells-1', type: 'message', state: 'complete', data: { n: 1 }, channel, attempts: 1 },
    ]);
  });

  test('is told when it was cancelled, with the reason', () => {
    const cancel: JobCommand = { type: 'cancel', reason: 'no longer wanted' };
    const told = toldOn(channel, ended(null, { channel, send_at: 9_000_000 }, cancel));
    expect(told.map(({ body }) => JSON.parse(body))).toMatchObject([{ state: 'fail', message: 'no longer wanted' }]);
  });

  test('is told to nobody without one', () => {
    expect(toldOn(channel, ended(null, {}))).toEqual([]);
  });

  test('that is too large for a message is told without its data, and says so', () => {
    const [told] = toldOn(channel, ended('é'.repeat(limits.bodyBytes / 2 - 200)));
    expect(Buffer.byteLength(told?.body ?? '')).toBeLessThan(limits.bodyBytes);
    expect(JSON.parse(told?.body ?? '')).toMatchObject({ state: 'complete', data: expect.any(String) });
    const [tooLarge] = toldOn(channel, ended('é'.repeat(limits.bodyBytes / 2 - 50)));
    expect(JSON.parse(tooLarge?.body ?? '')).toMatchObject({
      state: 'complete',
      data: null,
      message: expect.stringContaining('too large for a message'),
    });
  });
});

test('a notice shows no credentials of a URL', () => {
  const task = { type: 'http', method: 'GET', url: 'https://me:secret@example.org/x', data: null } as const;
  const simulation = ended(null, { channel, task });
  const told = simulation.entries.flatMap((entry) => publicationsOf({ ...entry, offset: entry.position }));
  expect(told.length).toBeGreaterThan(1);
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(toldOn(channel, simulation)[0]?.body).toContain('https://example.org/x');
});
