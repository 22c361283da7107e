/** Jobs that call a host: they wait for their turn before each call, poll after pending, and give their place back at the end. */
import { describe, expect, test } from 'vitest';
import { createJobMachine } from '../../src/actors/job/machine.ts';
import type { ExistingJob, HttpTask, JobCommand, JobSpec, JobState, WakeReason } from '../../src/actors/job/state.ts';
import { actionTask, create as createPrompt, given as givenPrompt, when as whenPrompt } from './job-given.ts';
import { scopeOf } from './making.ts';
import { effectsInWords, specify, theMoment } from './specification.ts';

const machine = createJobMachine({
  render: () => ({ data: Buffer.from('{}'), version: 1, hash: 'a-hash', last_latency_ms: null }),
  problemWith: () => null,
});
const id = 'brisk-brook-calls-1';
const { given, when } = specify(machine, `job/${id}`, scopeOf({}));
const call: HttpTask = { type: 'http', method: 'POST', url: 'https://example.org/$JOB$', data: { n: 1 } };
const create = (more: Partial<JobSpec> = {}): JobCommand => ({
  type: 'create',
  parent: null,
  spec: { task: call, timeout_ms: 1_000, max_attempts: 3, ttl_ms: 10_000, ...more },
});
const wake = (reason: WakeReason, attempt = 1): JobCommand => ({ type: 'wake', reason, attempt });
const said = (body: unknown): JobCommand => ({
  type: 'answer',
  from: null,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  compare_job: false,
});
const done = said({ job_id: 'of-somebody-else', state: 'complete', data: { n: 2 } });
const pending = said({ state: 'pending', delay: 200 });
const rubbish = said('<html>It works!</html>');
const refused: JobCommand = { type: 'fault', attempt: 1, kind: 'refused', message: 'not now' };
const turn = wake('turn', 0);
const cancel: JobCommand = { type: 'cancel', reason: 'no longer wanted' };
const remove: JobCommand = { type: 'remove' };

function jobAfter(...commands: JobCommand[]): ExistingJob {
  const state = commands.reduce<JobState>((before, command) => when(before, command).state, given());
  if (state.state === 'none') throw new Error('no job was created');
  return state;
}

const states = {
  'idle, before its time': () => jobAfter(create({ send_at: theMoment + 5_000 })),
  'idle, before its first turn': () => jobAfter(create()),
  request: () => jobAfter(create(), turn),
  waiting: () => jobAfter(create(), turn, pending),
  'idle, before it polls': () => jobAfter(create(), turn, pending, wake('ask_again')),
  retry: () => jobAfter(create(), turn, refused),
  'idle, before its second attempt': () => jobAfter(create(), turn, refused, wake('retry')),
  complete: () => jobAfter(create(), turn, done),
  fail: () => jobAfter(create(), turn, rubbish),
  cancelled: () => jobAfter(create(), cancel),
};

const commands: Record<string, JobCommand> = {
  create: create(),
  'wake due': wake('due', 0),
  'wake turn, the first': turn,
  'wake turn': wake('turn'),
  'wake deadline': wake('deadline'),
  'wake ask_again': wake('ask_again'),
  'wake retry': wake('retry'),
  'wake expired, the first': wake('expired', 0),
  'wake expired': wake('expired'),
  'an answer': done,
  rubbish,
  pending,
  'a fault': refused,
  cancel,
  remove,
};

const completes = 'answered, completed';
const ends = 'answered, faulted, failed';
const answered = {
  'an answer': completes,
  rubbish: ends,
  pending: 'answered, pended',
  cancel: 'cancelled',
  remove: 'conflict',
};
const removed = { remove: 'job_removed' };
const late = { 'an answer': 'late_answer', rubbish: 'late_answer', pending: 'late_answer', ...removed };
const table: Record<keyof typeof states, Record<string, string>> = {
  'idle, before its time': {
    'wake due': 'turn_awaited',
    'an answer': 'conflict',
    rubbish: 'conflict',
    pending: 'conflict',
    cancel: 'cancelled',
    remove: 'conflict',
  },
  'idle, before its first turn': {
    ...answered,
    'wake turn, the first': 'requested',
    'wake expired, the first': 'faulted, failed',
  },
  request: {
    ...answered,
    'a fault': 'faulted, retry_planned',
    'wake deadline': 'faulted, retry_planned',
  },
  waiting: { ...answered, pending: 'nothing', 'wake ask_again': 'turn_awaited' },
  'idle, before it polls': { ...answered, 'wake turn': 'requested', 'wake expired': 'faulted, failed' },
  retry: { ...answered, 'wake retry': 'turn_awaited' },
  'idle, before its second attempt': { ...answered, 'wake turn': 'requested', 'wake expired': 'faulted, failed' },
  complete: removed,
  fail: late,
  cancelled: late,
};

describe.each(Object.entries(states))('a job of a URL in %s', (name, state) => {
  test.each(Object.entries(commands))('when it gets %s', (commandName, command) => {
    const expected = table[name as keyof typeof states][commandName] ?? 'nothing';
    expect(when(state(), command).told).toBe(expected);
  });

  test('says what it owes after a restart', () => {
    const owed: Record<string, string[]> = {
      'idle, before its time': ['wake due'],
      'idle, before its first turn': ['ask for a turn', 'wake expired'],
      request: ['send', 'wake deadline'],
      waiting: ['wake ask_again'],
      'idle, before it polls': ['ask for a turn', 'wake expired'],
      retry: ['wake retry'],
      'idle, before its second attempt': ['ask for a turn', 'wake expired'],
    };
    expect(effectsInWords(machine.owed(state(), scopeOf({})))).toEqual(owed[name] ?? []);
  });
});

describe('the turn', () => {
  test('is asked for with the URL, the priority and the age of the job', () => {
    const { effects } = when(given(), create({ priority: 9 }));
    expect(effects).toEqual([
      {
        type: 'send',
        outbound: { kind: 'turn', job_id: id, attempt: 0, url: call.url, priority: 9, since: theMoment },
      },
      { type: 'wake', command: wake('expired', 0), at: theMoment + 10_000 },
    ]);
  });

  test('is of the usual priority where none is given', () => {
    expect(when(given(), create()).effects[0]).toMatchObject({ outbound: { priority: 5 } });
  });

  test('is waited for without using an attempt, or a number', () => {
    expect(jobAfter(create())).toMatchObject({ state: 'idle', attempt: 0 });
    expect(states['idle, before its second attempt']()).toMatchObject({ state: 'idle', attempt: 1 });
    expect(when(states['idle, before its second attempt'](), wake('turn')).state).toMatchObject({ attempt: 2 });
  });

  test('to poll is the same attempt, which says that it polls and counts its time from the first request', () => {
    const polling = when(states['idle, before it polls'](), wake('turn'), { at: theMoment + 500 });
    expect(polling.state).toMatchObject({ state: 'request', attempt: 1, asked_again: true });
    expect(polling.effects[0]).toMatchObject({ outbound: { kind: 'call', attempt: 1, again: true } });
    const { events } = when(polling.state, done, { at: theMoment + 700 });
    expect(events[0]).toMatchObject({ type: 'answered', latency_ms: 700 });
  });

  test.each<[string, JobCommand]>([
    ['pending', pending],
    ['a fault', refused],
    ['an answer', done],
    ['rubbish', rubbish],
    ['cancel', cancel],
  ])('is given back after %s', (_name, command) => {
    expect(effectsInWords(when(states.request(), command).effects)[0]).toBe('withdraw');
  });

  test('that does not come within the time to live is the fault of the arena', () => {
    const { state } = when(jobAfter(create()), wake('expired', 0));
    expect(state).toMatchObject({ state: 'fail', faults: [{ kind: 'timeout', whose: 'arena' }], attempt: 0 });
  });
});

describe('a prompt', () => {
  const overHttp = { ...actionTask, endpoint: 'https://agents.example.org/ada' };

  test('to an endpoint over HTTP waits for its turn, and in a contest as long as it takes', () => {
    const { told, effects } = whenPrompt(givenPrompt(), createPrompt({ task: overHttp }));
    expect(told).toBe('job_created, turn_awaited');
    expect(effectsInWords(effects)).toEqual(['ask for a turn']);
    expect(effects[0]).toMatchObject({ outbound: { url: overHttp.endpoint } });
  });

  test('to a subject needs none: it is made and asked in one entry, and gives nothing back', () => {
    const { told, effects, state } = whenPrompt(givenPrompt(), createPrompt());
    expect(told).toBe('job_created, requested');
    expect(effectsInWords(effects)).toEqual(['send', 'wake deadline']);
    expect(effectsInWords(whenPrompt(state, cancel).effects)).toEqual(['report cancelled']);
  });
});

describe('the call of a URL', () => {
  test('that cannot be reached has used an attempt', () => {
    const unreachable = (attempt: number): JobCommand => ({ ...refused, attempt, kind: 'unreachable' }) as JobCommand;
    const job = jobAfter(
      create({ max_attempts: 2 }),
      turn,
      unreachable(1),
      wake('retry'),
      wake('turn'),
      unreachable(2),
    );
    expect(job).toMatchObject({ state: 'fail', attempt: 2 });
  });

  test('ends with the time to live of its job', () => {
    const { events } = when(jobAfter(create({ ttl_ms: 300 })), turn, { at: theMoment + 100 });
    expect(events).toMatchObject([{ type: 'requested', deadline: theMoment + 300 }]);
    const job = jobAfter(create({ ttl_ms: 300 }), turn);
    const over = when(job, wake('deadline'), { at: theMoment + 300 });
    expect(over.state).toMatchObject({ state: 'fail', message: 'timeout: no answer before its 300 ms were over' });
  });

  test('that is made again after a restart has its timeout anew, and not its time to live', () => {
    const [, again] = machine.owed(states.request(), scopeOf({}));
    expect(again).toMatchObject({
      type: 'wake',
      command: { reason: 'deadline' },
      afterMs: 1_000,
      at: theMoment + 10_000,
    });
    const over = when(states.request(), wake('deadline'), { at: theMoment + 10_000 });
    expect(over.state).toMatchObject({ state: 'fail', message: 'timeout: no answer before its 10000 ms were over' });
  });

  test.each([
    ['nothing', ''],
    ['a page', '<html>'],
    ['an object of another kind', '{"ok":true}'],
    ['half a response', '{"state":"comp'],
  ])('that answers with %s is not made again', (_what, body) => {
    expect(when(states.request(), said(body)).told).toBe(ends);
  });

  test('that answers with too much is not made again', () => {
    const tooLarge: JobCommand = { type: 'fault', attempt: 1, kind: 'too_large', message: 'more than anyone reads' };
    expect(when(states.request(), tooLarge).told).toBe('faulted, failed');
  });
});
