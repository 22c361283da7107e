/** The job machine, state by state: what each command does, and how attempts follow one another. */
import { describe, expect, test } from 'vitest';
import type { ExistingJob, JobCommand, JobEvent } from '../../src/actors/job/state.ts';
import {
  bad,
  cancel,
  create,
  faultOf,
  given,
  good,
  id,
  jobAfter,
  machine,
  pending,
  rubbish,
  wake,
  when,
} from './job-given.ts';
import { scopeOf } from './making.ts';
import { effectsInWords, theMoment } from './specification.ts';

const states = {
  'idle, before its time': () => jobAfter(create({ send_at: theMoment + 5_000 })),
  request: () => jobAfter(create()),
  waiting: () => jobAfter(create(), pending),
  'retry as a new attempt': () => jobAfter(create(), bad),
  'retry as the same attempt': () => jobAfter(create(), faultOf('unreachable')),
  complete: () => jobAfter(create(), good),
  fail: () => jobAfter(create(), faultOf('budget')),
  cancelled: () => jobAfter(create(), cancel),
};

const commands: Record<string, JobCommand> = {
  create: create(),
  'a good answer': good,
  'a bad answer': rubbish,
  pending,
  'a fault': faultOf('timeout'),
  'wake due': wake('due', 0),
  'wake turn': wake('turn'),
  'wake expired': wake('expired'),
  'wake deadline': wake('deadline'),
  'wake ask_again': wake('ask_again'),
  'wake retry': wake('retry'),
  cancel,
  remove: { type: 'remove' },
  children_settled: { type: 'children_settled', children: [{ child: 'x', outcome: 'complete', result: null }] },
};

const completes = 'answered, completed';
const retries = 'faulted, retry_planned';
const late = {
  'a good answer': 'late_answer',
  'a bad answer': 'late_answer',
  pending: 'late_answer',
  remove: 'job_removed',
};
const table: Record<keyof typeof states, Partial<Record<keyof typeof commands, string>>> = {
  'idle, before its time': {
    'a good answer': 'conflict',
    'a bad answer': 'conflict',
    pending: 'conflict',
    'wake due': 'requested',
    cancel: 'cancelled',
    remove: 'conflict',
  },
  request: {
    'a good answer': completes,
    'a bad answer': `answered, ${retries}`,
    pending: 'answered, pended',
    'a fault': retries,
    'wake deadline': retries,
    cancel: 'cancelled',
    remove: 'conflict',
  },
  waiting: {
    'a good answer': completes,
    'a bad answer': `answered, ${retries}`,
    'wake ask_again': 'requested',
    cancel: 'cancelled',
    remove: 'conflict',
  },
  'retry as a new attempt': {
    'a good answer': completes,
    'a bad answer': `answered, ${retries}`,
    pending: 'answered, pended',
    'wake retry': 'requested',
    cancel: 'cancelled',
    remove: 'conflict',
  },
  'retry as the same attempt': {
    'a good answer': completes,
    'a bad answer': `answered, ${retries}`,
    pending: 'answered, pended',
    'wake retry': 'requested',
    cancel: 'cancelled',
    remove: 'conflict',
  },
  complete: { remove: 'job_removed' },
  fail: late,
  cancelled: late,
};

describe.each(Object.entries(states))('a job in %s', (name, state) => {
  test.each(Object.entries(commands))('when it gets %s', (commandName, command) => {
    const expected = table[name as keyof typeof states][commandName] ?? 'nothing';
    expect(when(state(), command).told).toBe(expected);
  });

  test('says what it owes after a restart', () => {
    const owed: Record<string, string[]> = {
      'idle, before its time': ['wake due'],
      request: ['send', 'wake deadline'],
      waiting: ['wake ask_again'],
      'retry as a new attempt': ['wake retry'],
      'retry as the same attempt': ['wake retry'],
      complete: ['report complete'],
      fail: ['report fail'],
      cancelled: ['report cancelled'],
    };
    expect(effectsInWords(machine.owed(state(), scopeOf({})))).toEqual(owed[name]);
  });
});

test('a job that does not exist can only be created', () => {
  for (const [name, command] of Object.entries(commands))
    expect({ name, told: when(given(), command).told }).toEqual({
      name,
      told: name === 'create' ? 'job_created, requested' : 'not_found',
    });
});

describe('an attempt', () => {
  test('is numbered, sent with its view, and has a deadline', () => {
    const { events, effects } = when(given(), create());
    expect(events.at(-1)).toEqual({
      type: 'requested',
      attempt: 1,
      deadline: theMoment + 1_000,
      view: { position: 40, version: 1, hash: 'a-hash' },
    });
    expect(effects).toMatchObject([
      { type: 'send', outbound: { job_id: id, attempt: 1, again: false, prompt: { hash: 'a-hash' } } },
      { type: 'wake', at: theMoment + 1_000 },
    ]);
  });

  test('sent again after a restart is the same one, with a deadline that counts from then', () => {
    expect(machine.owed(jobAfter(create()), scopeOf({}))).toMatchObject([
      { type: 'send', outbound: { attempt: 1, deadline: null, prompt: null, view: { hash: 'a-hash' } } },
      { type: 'wake', afterMs: 1_000 },
    ]);
  });

  test('after a bad answer tells the agent what was wrong', () => {
    const { effects } = when(jobAfter(create(), bad), wake('retry'));
    expect(effects[0]).toMatchObject({ type: 'send', outbound: { attempt: 2, message: 'nobody can fly here' } });
  });

  test('that was lost on the way is made again with the same words', () => {
    const lost: JobCommand = { type: 'fault', attempt: 2, kind: 'unreachable', message: 'nobody listens' };
    const again = when(jobAfter(create(), bad, wake('retry'), lost), wake('retry', 2));
    expect(again.effects[0]).toMatchObject({ type: 'send', outbound: { attempt: 2, message: 'nobody can fly here' } });
    const first: JobCommand = { ...lost, attempt: 1 };
    expect(when(jobAfter(create(), first), wake('retry')).effects[0]).toMatchObject({ outbound: { message: '' } });
  });

  test('that nobody heard is made again under its number and uses up none', () => {
    let job = jobAfter(create({ max_attempts: 1, ttl_ms: 60_000 }));
    for (let time = 0; time < 5; time += 1) {
      job = when(job, faultOf('unreachable')).state as ExistingJob;
      expect(job).toMatchObject({ state: 'retry', attempt: 1, lost: time + 1 });
      job = when(job, wake('retry')).state as ExistingJob;
      expect(job).toMatchObject({ state: 'request', attempt: 1 });
    }
  });

  test('that nobody hears within the time to live ends the job', () => {
    const job = jobAfter(create({ ttl_ms: 400 }));
    expect(when(job, faultOf('unreachable')).told).toBe('faulted, failed');
  });

  test('the last one that fails ends the job with the fault', () => {
    const { told, state } = when(jobAfter(create(), bad, wake('retry'), bad, wake('retry', 2)), bad);
    expect(told).toBe('answered, faulted, failed');
    expect(state).toMatchObject({ state: 'fail', message: 'invalid: nobody can fly here', attempt: 3 });
    expect(machine.activity(state)).toBe('final');
  });

  test('is not blamed for the fault of another attempt', () => {
    const second = jobAfter(create(), bad, wake('retry'));
    expect(when(second, faultOf('timeout', 1)).told).toBe('nothing');
    expect(when(second, wake('deadline', 1)).told).toBe('nothing');
    expect(when(second, wake('deadline', 2)).told).toBe(retries);
  });
});

describe('the wait before a retry', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'after %i tries lies within the upper half of its span, and is recorded',
    (tries) => {
      let job = jobAfter(create({ max_attempts: 20, ttl_ms: 10_000_000 }));
      for (let attempt = 1; attempt < tries; attempt += 1) {
        job = when(job, faultOf('timeout', attempt)).state as ExistingJob;
        job = when(job, wake('retry', attempt)).state as ExistingJob;
      }
      const { events } = when(job, faultOf('timeout', tries));
      const planned = events.find(
        (event): event is Extract<JobEvent, { type: 'retry_planned' }> => event.type === 'retry_planned',
      );
      const full = Math.min(60_000, 500 * 2 ** (tries - 1));
      const wait = (planned?.due_at ?? 0) - theMoment;
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
      expect(when(job, faultOf('timeout', tries)).events).toEqual(events);
    },
  );

  test('is as long as the other side asked for, if that is longer', () => {
    const { state } = when(jobAfter(create()), { ...faultOf('refused'), retry_after_ms: 3_000 } as JobCommand);
    expect(state).toMatchObject({ state: 'retry', due_at: theMoment + 3_000 });
  });

  test('never passes the time to live', () => {
    const { told } = when(jobAfter(create()), { ...faultOf('refused'), retry_after_ms: 10_001 } as JobCommand);
    expect(told).toBe('faulted, failed');
  });
});
