/** The job machine, state by state: what each command does, and what becomes of answers, faults and retries. */
import { describe, expect, test } from 'vitest';
import { createJobMachine } from '../../src/actors/job/machine.ts';
import type { ExistingJob, JobCommand, JobEvent, JobSpec, JobState, Task } from '../../src/actors/job/state.ts';
import { faultPolicies } from '../../src/protocol/faults.ts';
import { type FaultKind, faultKinds } from '../../src/protocol/states.ts';
import { ada, judge, scopeOf } from './making.ts';
import { effectsInWords, specify, theMoment } from './specification.ts';

const machine = createJobMachine({
  render: () => ({ data: '{"contest":{}}', version: 1, hash: 'a-hash', last_latency_ms: null }),
  problemWith: (_scope, _task, data) => (JSON.stringify(data).includes('fly') ? 'nobody can fly here' : null),
});
const id = 'swift-otter-asks-1';
const parent = 'contest/calm-cedar-climbs-1/round/0';
const { given, when } = specify(machine, `${parent}/${id}`, scopeOf({}));

const actionTask: Task = {
  type: 'prompt',
  prompt_type: 'player_player_action',
  participant_id: ada.id,
  endpoint: ada.endpoint,
  round_no: 0,
  about: null,
};
const specOf = (more: Partial<JobSpec> = {}): JobSpec => ({
  task: actionTask,
  timeout_ms: 1_000,
  max_attempts: 3,
  ttl_ms: 10_000,
  ...more,
});
const create = (more: Partial<JobSpec> = {}): JobCommand => ({ type: 'create', parent, spec: specOf(more) });
const said = (body: unknown, from: string | null = ada.id): JobCommand => ({
  type: 'answer',
  from,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  compare_job: true,
});
const good = said({ state: 'complete', data: { action: 'walk' } });
const bad = said({ state: 'complete', data: { action: 'fly' } });
const rubbish = said('I would rather not.');
const pending = said({ state: 'pending', delay: 200 });
const faultOf = (kind: FaultKind, attempt = 1): JobCommand => ({ type: 'fault', attempt, kind, message: 'so it was' });
const wake = (reason: Extract<JobCommand, { type: 'wake' }>['reason'], attempt = 1): JobCommand => ({
  type: 'wake',
  reason,
  attempt,
});
const cancel: JobCommand = { type: 'cancel', reason: 'no longer wanted' };

/** The state that these commands lead to, one after another. */
function jobAfter(...commands: JobCommand[]): ExistingJob {
  const state = commands.reduce<JobState>((before, command) => when(before, command).state, given());
  if (state.state === 'none') throw new Error('no job was created');
  return state;
}

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
  'wake deadline': wake('deadline'),
  'wake ask_again': wake('ask_again'),
  'wake retry': wake('retry'),
  cancel,
  children_settled: { type: 'children_settled', children: [{ child: 'x', outcome: 'complete', result: null }] },
};

const completes = 'answered, completed';
const retries = 'faulted, retry_planned';
const table: Record<keyof typeof states, Partial<Record<keyof typeof commands, string>>> = {
  'idle, before its time': {
    'a good answer': 'conflict',
    'a bad answer': 'conflict',
    pending: 'conflict',
    'wake due': 'requested',
    cancel: 'cancelled',
  },
  request: {
    'a good answer': completes,
    'a bad answer': `answered, ${retries}`,
    pending: 'answered, pended',
    'a fault': retries,
    'wake deadline': retries,
    cancel: 'cancelled',
  },
  waiting: {
    'a good answer': completes,
    'a bad answer': `answered, ${retries}`,
    'wake ask_again': 'requested',
    cancel: 'cancelled',
  },
  'retry as a new attempt': {
    'a good answer': completes,
    'a bad answer': `answered, ${retries}`,
    pending: 'answered, pended',
    'wake retry': 'requested',
    cancel: 'cancelled',
  },
  'retry as the same attempt': {
    'a good answer': completes,
    'a bad answer': `answered, ${retries}`,
    pending: 'answered, pended',
    'wake retry': 'requested',
    cancel: 'cancelled',
  },
  complete: {},
  fail: { 'a good answer': 'late_answer', 'a bad answer': 'late_answer', pending: 'late_answer' },
  cancelled: { 'a good answer': 'late_answer', 'a bad answer': 'late_answer', pending: 'late_answer' },
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
      { type: 'send', outbound: { job_id: id, attempt: 1, again: false, prompt: { data: '{"contest":{}}' } } },
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

describe('a fault', () => {
  test.each(faultKinds.filter((kind) => kind !== 'late'))(
    '%s is retried, keeps its attempt and is blamed as the policies say',
    (kind) => {
      const { state } = when(jobAfter(create()), faultOf(kind));
      const { retried, keepsAttempt, whose } = faultPolicies[kind];
      expect(state).toMatchObject(retried ? { state: 'retry', same_attempt: keepsAttempt } : { state: 'fail' });
      expect((state as ExistingJob).faults).toEqual([
        { kind, whose, job_id: id, attempt: 1, message: 'so it was', at: theMoment },
      ]);
    },
  );

  test('of the budget is final, said by the agent too', () => {
    expect(when(jobAfter(create()), said({ state: 'fail', message: 'the budget is spent' })).told).toBe(
      'answered, faulted, failed',
    );
  });

  test('that its finder calls final is not retried', () => {
    expect(when(jobAfter(create()), { ...faultOf('refused'), final: true } as JobCommand).told).toBe('faulted, failed');
  });

  test.each<[string, JobCommand, FaultKind]>([
    ['an empty body', said(''), 'empty'],
    ['no JSON', rubbish, 'unparsable'],
    ['half an object', said('{"state": "complete", "data": {"action'), 'truncated'],
    ['an action that is none', said({ state: 'complete', data: { action: '' } }), 'invalid'],
    ['an impossible action', bad, 'invalid'],
    [
      "another job's id",
      said({ job_id: 'lost-lamb-strays-9', state: 'complete', data: { action: 'walk' } }),
      'wrong_job',
    ],
    ['fail', said({ state: 'fail', message: 'not today' }), 'refused'],
  ])('an answer with %s is kept as it was said, with what was wrong', (_name, command, kind) => {
    const { events, state } = when(jobAfter(create()), command);
    expect(events[0]).toMatchObject({ type: 'answered', raw: command.type === 'answer' ? command.body : null });
    expect((state as ExistingJob).faults).toMatchObject([{ kind, whose: 'agent' }]);
  });

  test('an answer that is too large is kept by its beginning only', () => {
    const body = `"${'a'.repeat(10_000_000)}"`;
    const { events, state } = when(jobAfter(create()), said(body));
    expect(events[0]).toMatchObject({ type: 'answered', raw: body.slice(0, 20_000) });
    expect((state as ExistingJob).faults).toMatchObject([{ kind: 'too_large', whose: 'agent' }]);
    expect(when(state, said(body)).told).toBe('');
  });

  test("of a judge is the judge's", () => {
    const task: Task = { ...actionTask, prompt_type: 'judge_apply_effects', participant_id: judge.id };
    const { state } = when(jobAfter(create({ task })), said('nonsense', judge.id));
    expect((state as ExistingJob).faults).toMatchObject([{ kind: 'unparsable', whose: 'judge' }]);
  });
});

describe('an answer', () => {
  test("on another participant's subject is refused", () => {
    const { refusal } = when(
      jobAfter(create()),
      said({ state: 'complete', data: { action: 'walk' } }, 'eve-the-player'),
    );
    expect(refusal?.code).toBe('conflict');
  });

  test('that names another job is taken from where jobs are not compared', () => {
    const command: JobCommand = {
      type: 'answer',
      from: null,
      body: JSON.stringify({ job_id: 'lost-lamb-strays-9', state: 'complete', data: { action: 'walk' } }),
      compare_job: false,
    };
    expect(when(jobAfter(create()), command).told).toBe(completes);
  });

  test('keeps its raw text only where reading it took something away', () => {
    expect(when(jobAfter(create()), good).events[0]).toMatchObject({ raw: null });
    const wrapped = said({ state: 'complete', data: 'Well: {"action": "walk"}' });
    expect(when(jobAfter(create()), wrapped).events[0]).toMatchObject({
      raw: wrapped.type === 'answer' ? wrapped.body : '',
    });
  });

  test('repeated after it was found bad is nothing', () => {
    const job = jobAfter(create(), bad);
    expect(when(job, bad).told).toBe('nothing');
  });

  test('bad in another way while a retry is planned is recorded, and the retry stays due', () => {
    const job = jobAfter(create(), bad);
    const { state } = when(job, rubbish);
    expect(state).toMatchObject({ state: 'retry', due_at: job.state === 'retry' ? job.due_at : 0 });
    expect((state as ExistingJob).faults.map(({ kind }) => kind)).toEqual(['invalid', 'unparsable']);
    expect(when(state, wake('retry')).state).toMatchObject({ state: 'request', attempt: 2 });
  });

  test('bad, to an attempt that was thought lost, uses it up', () => {
    const { state } = when(jobAfter(create(), faultOf('unreachable')), rubbish);
    expect(when(state, wake('retry')).state).toMatchObject({ state: 'request', attempt: 2 });
  });

  test('that refuses for want of budget ends the job while a retry is planned, too', () => {
    const { told } = when(jobAfter(create(), bad), said({ state: 'fail', message: 'the budget is spent' }));
    expect(told).toBe('answered, faulted, failed');
  });

  test('that comes late is recorded the first time only', () => {
    const failed = jobAfter(create(), faultOf('budget'));
    const { state, events } = when(failed, good);
    expect(events).toMatchObject([{ type: 'late_answer', fault: { kind: 'late', whose: 'agent' } }]);
    expect(state).toMatchObject({ state: 'fail', late_recorded: true });
    expect(when(state, rubbish).told).toBe('nothing');
  });
});

describe('pending', () => {
  test('asks again after the delay as the same attempt, and says that it asks again', () => {
    const waiting = jobAfter(create(), pending);
    expect(waiting).toMatchObject({ state: 'waiting', until: theMoment + 200, attempt: 1 });
    const { state, effects } = when(waiting, wake('ask_again'));
    expect(state).toMatchObject({ state: 'request', attempt: 1 });
    expect(effects[0]).toMatchObject({ type: 'send', outbound: { attempt: 1, again: true } });
  });

  test('and asked again, a new attempt begins with a request of its own', () => {
    const second = jobAfter(create(), pending, wake('ask_again'), bad, wake('retry'));
    expect(second).toMatchObject({ state: 'request', attempt: 2 });
    expect(machine.owed(second, scopeOf({}))[0]).toMatchObject({ outbound: { attempt: 2, again: false } });
  });

  test('beyond the time to live is a timeout', () => {
    const { told, state } = when(jobAfter(create()), said({ state: 'pending', delay: 10_001 }));
    expect(told).toBe('answered, faulted, failed');
    expect((state as ExistingJob).faults).toMatchObject([{ kind: 'timeout' }]);
  });

  test('said twice at the same moment is one', () => {
    expect(when(jobAfter(create(), pending), pending).told).toBe('nothing');
  });

  test('said again later moves the moment of asking', () => {
    const { told, state } = when(jobAfter(create(), pending), pending, { at: theMoment + 100 });
    expect(told).toBe('answered, pended');
    expect(state).toMatchObject({ until: theMoment + 300 });
  });
});
