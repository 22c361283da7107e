/** Jobs that join children: their policies, cancelling down the tree, more children than may live at once, and none. */
import { describe, expect, test } from 'vitest';
import { childRecords, childrenLiveMax } from '../../src/actors/job/children.ts';
import type { ExistingJob, JobCommand } from '../../src/actors/job/state.ts';
import {
  type BatchChanges,
  cancel,
  childId,
  create,
  ended,
  given,
  id,
  jobAfter,
  limits,
  machine,
  ownCall,
  parent,
  settled,
  urlCall,
  when,
} from './batch-given.ts';
import { scopeOf } from './making.ts';
import { effectsInWords, specify, theMoment } from './specification.ts';

describe('a batch', () => {
  test('plans all its children in the entry that makes it', () => {
    const { told, effects } = when(given(), create());
    expect(told).toBe('job_created');
    expect(effectsInWords(effects)).toEqual([0, 1, 2].map((index) => `spawn round/0/${id}/${childId(index)}`));
  });

  test('without children goes on at once: it is complete', () => {
    const { told, effects } = when(given(), create({ count: 0 }));
    expect(told).toBe('job_created, completed');
    expect(effectsInWords(effects)).toEqual(['report complete']);
  });

  test('without children goes on at once: it makes its own call', () => {
    expect(when(given(), create({ count: 0, call: ownCall })).told).toBe('job_created, requested');
  });

  test('makes its own call with the results of its children, in the order of the plan', () => {
    const { told, effects } = when(jobAfter(create({ call: ownCall })), settled(ended(2), ended(0), ended(1)));
    expect(told).toBe('children_recorded, requested');
    expect(effects[0]).toMatchObject({ outbound: { child_data: [{ index: 0 }, { index: 1 }, { index: 2 }] } });
  });

  test('whose own call goes to a host waits for its turn first', () => {
    expect(when(given(), create({ count: 0, call: urlCall })).told).toBe('job_created, turn_awaited');
    const joined = when(jobAfter(create({ call: urlCall })), settled(ended(2), ended(0), ended(1)));
    expect(joined.told).toBe('children_recorded, turn_awaited');
    const { told, effects } = when(joined.state, { type: 'wake', reason: 'turn', attempt: 0 });
    expect(told).toBe('requested');
    expect(effects[0]).toMatchObject({ outbound: { child_data: [{ index: 0 }, { index: 1 }, { index: 2 }] } });
  });

  test('hears of each child once, and of strangers not at all', () => {
    const job = jobAfter(create(), settled(ended(0)));
    expect(when(job, settled(ended(0))).told).toBe('nothing');
    expect(when(job, settled(ended(0, 'fail'), ended(77))).told).toBe('nothing');
    expect(childRecords(job).map(({ outcome }) => outcome)).toEqual(['complete', 'open', 'open']);
  });

  test('takes no answer while its children are at work', () => {
    const answer: JobCommand = { type: 'answer', from: null, body: '{"state":"complete"}', compare_job: false };
    expect(when(jobAfter(create({ call: ownCall })), answer).told).toBe('conflict');
  });

  test('owes after a restart the children that were not spawned', () => {
    const spawned = { [`${parent}/${id}/${childId(1)}`]: { state: 'request' } };
    expect(effectsInWords(machine.owed(jobAfter(create()), scopeOf(spawned)))).toEqual(
      [0, 2].map((index) => `spawn round/0/${id}/${childId(index)}`),
    );
  });
});

describe('when a child fails', () => {
  test('fail_fast cancels the others, waits for them and fails', () => {
    const { told, state, effects } = when(jobAfter(create({ policy: 'fail_fast' })), settled(ended(1, 'fail')));
    expect(told).toBe('children_recorded, ending_begun');
    expect(effectsInWords(effects)).toEqual([0, 2].map((index) => `tell round/0/${id}/${childId(index)} cancel`));
    expect(effectsInWords(machine.owed(state, scopeOf({})))).toEqual(effectsInWords(effects));
    const one = when(state, settled(ended(0, 'cancelled')));
    expect(one.told).toBe('children_recorded');
    const both = when(one.state, settled(ended(2)));
    expect(both.told).toBe('children_recorded, failed');
    expect(both.state).toMatchObject({ state: 'fail', message: `child ${childId(1)} ended as fail` });
  });

  test('fail_fast fails at once when it was the last', () => {
    const job = jobAfter(create({ policy: 'fail_fast' }), settled(ended(0), ended(2)));
    expect(when(job, settled(ended(1, 'fail'))).told).toBe('children_recorded, failed');
  });

  test('wait_all lets the others end, then fails without its own call', () => {
    const job = jobAfter(create({ call: ownCall }), settled(ended(0, 'fail')));
    expect(job.state).toBe('idle');
    const { told, state } = when(job, settled(ended(1), ended(2, 'fail')));
    expect(told).toBe('children_recorded, failed');
    expect(state).toMatchObject({ message: '2 of 3 children did not complete' });
  });

  test('ignore only records it', () => {
    const { told, state } = when(
      jobAfter(create({ policy: 'ignore' })),
      settled(ended(0, 'fail'), ended(1), ended(2, 'cancelled')),
    );
    expect(told).toBe('children_recorded, completed');
    expect(childRecords(state as ExistingJob).map(({ outcome }) => outcome)).toEqual(['fail', 'complete', 'cancelled']);
  });
});

describe('cancelling', () => {
  test('runs down the tree and waits for it', () => {
    const { told, state, effects } = when(jobAfter(create(), settled(ended(0))), cancel);
    expect(told).toBe('ending_begun');
    expect(effectsInWords(effects)).toEqual([1, 2].map((index) => `tell round/0/${id}/${childId(index)} cancel`));
    expect(when(state, cancel).told).toBe('nothing');
    const last = when(state, settled(ended(1, 'cancelled'), ended(2, 'cancelled')));
    expect(last.told).toBe('children_recorded, cancelled');
    expect(last.state).toMatchObject({ message: 'no longer wanted' });
    expect(effectsInWords(last.effects)).toEqual(['report cancelled']);
  });

  test('ends the own call of a batch whose children have settled', () => {
    const job = jobAfter(create({ call: ownCall }), settled(ended(0), ended(1), ended(2)));
    expect(when(job, cancel).told).toBe('cancelled');
  });

  test('opens no further child', () => {
    const job = jobAfter(create({ count: childrenLiveMax + 5 }), cancel);
    const { state, effects } = when(job, settled(ended(0, 'cancelled')));
    expect(effects).toEqual([]);
    expect(childRecords(state as ExistingJob).filter(({ outcome }) => outcome === 'planned')).toHaveLength(5);
  });
});

describe('a batch of more children than may live at once', () => {
  const count = childrenLiveMax + 3;

  test('opens the next for each that settles, and ends after the last', () => {
    let job = jobAfter(create({ count }));
    expect(childRecords(job).filter(({ outcome }) => outcome === 'open')).toHaveLength(childrenLiveMax);
    const { state, effects } = when(job, settled(ended(5), ended(9)));
    expect(effectsInWords(effects)).toEqual(
      [childrenLiveMax, childrenLiveMax + 1].map((index) => `spawn round/0/${id}/${childId(index)}`),
    );
    job = state as ExistingJob;
    for (let index = 0; index < count; index += 1) {
      job = when(job, settled(ended(index))).state as ExistingJob;
      expect(childRecords(job).filter(({ outcome }) => outcome === 'open').length).toBeLessThanOrEqual(childrenLiveMax);
    }
    expect(job).toMatchObject({ state: 'complete' });
    expect(childRecords(job).every(({ outcome }) => outcome === 'complete')).toBe(true);
  });

  test('that is cancelled reports those that were never begun as cancelled', () => {
    const open = Array.from({ length: childrenLiveMax }, (_, index) => ended(index, 'cancelled'));
    const { effects } = when(jobAfter(create({ count }), cancel), settled(...open));
    const [report] = effects;
    const children =
      report?.type === 'notify' ? (report.notice.result as { children: { outcome: string }[] }).children : [];
    expect(children).toHaveLength(count);
    expect(new Set(children.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
  });
});

describe('a batch whose time to live is over', () => {
  const expired: JobCommand = { type: 'wake', reason: 'expired', attempt: 0 };
  const outside = specify(machine, `job/${id}`, scopeOf({}));
  const made = (changes: BatchChanges = {}) =>
    outside.when(outside.given(), { ...create(changes), parent: null } as JobCommand);

  test('is woken then, from its making or from when it is due, and after a restart too', () => {
    const { state, effects } = made();
    expect(effects.at(-1)).toMatchObject({ type: 'wake', command: expired, at: theMoment + limits.ttl_ms });
    expect(machine.owed(state, scopeOf({})).at(-1)).toEqual(effects.at(-1));
    const sendAt = theMoment + 60_000;
    const due = outside.when(made({ sendAt }).state, { type: 'wake', reason: 'due', attempt: 0 }, { at: sendAt });
    expect(due.effects.at(-1)).toMatchObject({ type: 'wake', command: expired, at: sendAt + limits.ttl_ms });
  });

  test('cancels its children, waits for them and fails, whatever its policy', () => {
    const { state } = made({ policy: 'ignore' });
    const { told, effects, state: ending } = outside.when(state, expired);
    expect(told).toBe('ending_begun');
    expect(effectsInWords(effects)).toEqual([0, 1, 2].map((index) => `tell ${childId(index)} cancel`));
    expect(outside.when(ending, expired).told).toBe('nothing');
    const last = outside.when(ending, settled(...[0, 1, 2].map((index) => ended(index, 'cancelled'))));
    expect(last.told).toBe('children_recorded, failed');
    expect(last.state).toMatchObject({ message: 'its 10000 ms were over before all its children had ended' });
  });

  test('goes on in a contest, which ends what belongs to it itself', () => {
    expect(effectsInWords(when(given(), create()).effects)).not.toContain('wake expired');
    expect(effectsInWords(machine.owed(jobAfter(create()), scopeOf({})))).not.toContain('wake expired');
  });
});

describe('a batch that waits for its time', () => {
  const sendAt = theMoment + 60_000;
  const due: JobCommand = { type: 'wake', reason: 'due', attempt: 0 };

  test('has no children before, and bears them when it has come', () => {
    const created = when(given(), create({ sendAt, count: childrenLiveMax + 1 }));
    expect(effectsInWords(created.effects)).toEqual(['wake due']);
    const { state, effects } = when(created.state, due, { at: sendAt });
    expect(effects).toHaveLength(childrenLiveMax);
    expect(effectsInWords(effects)[0]).toBe(`spawn round/0/${id}/${childId(0)}`);
    expect(when(state, due, { at: sendAt }).told).toBe('nothing');
    expect(when(state, settled(ended(0))).told).toBe('children_recorded');
  });

  test('is cancelled before it without waiting for anybody', () => {
    expect(when(jobAfter(create({ sendAt })), cancel).told).toBe('cancelled');
  });

  test('counts its time to live from when it is due', () => {
    expect(jobAfter(create({ sendAt })).expires_at).toBe(sendAt + limits.ttl_ms);
  });
});
