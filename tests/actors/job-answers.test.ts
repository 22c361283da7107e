/** What becomes of the answers to a job: faults and whose they are, repeats, late ones, pending. */
import { describe, expect, test } from 'vitest';
import type { ExistingJob, JobCommand, Task } from '../../src/actors/job/state.ts';
import { faultPolicies } from '../../src/protocol/faults.ts';
import { type FaultKind, faultKinds } from '../../src/protocol/states.ts';
import {
  actionTask,
  bad,
  create,
  faultOf,
  good,
  id,
  jobAfter,
  machine,
  pending,
  rubbish,
  said,
  wake,
  when,
} from './job-given.ts';
import { judge, scopeOf } from './making.ts';
import { theMoment } from './specification.ts';

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

  test.each([
    ['the provider of the model "budget-llm" answered with status 429: your budget is exceeded', 'refused', 'provider'],
    ['the budget of the contest another-provider-plays is used up', 'budget', 'agent'],
    ['not today', 'refused', 'agent'],
  ])('told as "%s" is %s, of the %s', (message, kind, whose) => {
    const { state } = when(jobAfter(create()), said({ state: 'fail', message }));
    expect((state as ExistingJob).faults).toMatchObject([{ kind, whose, message }]);
  });

  test.each([
    ['agent', 'the provider of my budget', 'refused', 'agent', 'retry'],
    ['budget', 'my provider is expensive', 'budget', 'agent', 'fail'],
    ['provider', 'no budget at theirs', 'refused', 'provider', 'retry'],
    ['somebody else', 'the provider is away', 'refused', 'provider', 'retry'],
    [{ a: 'field of its own' }, 'not today', 'refused', 'agent', 'retry'],
  ])(
    'told as that of %j is so whatever its message says, where that is known',
    (fault, message, kind, whose, after) => {
      const { state } = when(jobAfter(create()), said({ state: 'fail', fault, message }));
      expect(state).toMatchObject({ state: after, faults: [{ kind, whose, message }] });
    },
  );

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
    expect(when(state, said(body)).told).toBe('nothing');
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
    expect(when(jobAfter(create()), command).told).toBe('answered, completed');
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

  test('that comes again to a check of health, which may have gone out more than once, is not late', () => {
    const task: Task = { type: 'health', participant_id: actionTask.participant_id, endpoint: actionTask.endpoint };
    const check = create({ task, max_attempts: 1 });
    const unwell = said({ state: 'fail', message: 'my model does not answer' });
    expect(when(jobAfter(check, unwell), unwell).told).toBe('nothing');
    expect(when(jobAfter(check, wake('deadline')), unwell).told).toBe('late_answer');
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

  test.each([
    ['without a delay, waits for a second', {}, 1_000],
    ['with no delay at all, waits for a moment nevertheless', { delay: 0 }, 100],
  ])('%s', (_name, delay, waitMs) => {
    expect(jobAfter(create(), said({ state: 'pending', ...delay }))).toMatchObject({ until: theMoment + waitMs });
  });

  test('and asked again, a new attempt begins with a request of its own', () => {
    const second = jobAfter(create(), pending, wake('ask_again'), bad, wake('retry'));
    expect(second).toMatchObject({ state: 'request', attempt: 2 });
    expect(machine.owed(second, scopeOf({}))[0]).toMatchObject({ outbound: { attempt: 2, again: false } });
  });

  test('beyond the time to live is a timeout', () => {
    const { told, state } = when(jobAfter(create()), said({ state: 'pending', delay: 10_001 }));
    expect(told).toBe('answered, faulted, failed');
    const message =
      "it said pending and wants to be asked again in 10001 ms; by then the job's time is over (ttl_ms: 10000)";
    expect((state as ExistingJob).faults).toMatchObject([{ kind: 'timeout', message }]);
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
