/** A batch, state by state: what each command does. What follows from its children is told in `job-batch.test.ts`. */
import { describe, expect, test } from 'vitest';
import type { JobCommand } from '../../src/actors/job/state.ts';
import { cancel, create, ended, jobAfter, ownCall, settled, urlCall, when } from './batch-given.ts';
import { theMoment } from './specification.ts';

const states = {
  'idle, before its time': () => jobAfter(create({ sendAt: theMoment + 5_000 })),
  'idle, its children at work': () => jobAfter(create({ call: ownCall })),
  'idle, its children being cancelled': () => jobAfter(create({ call: ownCall }), cancel),
  'idle, before the turn of its call': () => jobAfter(create({ call: urlCall, count: 0 })),
  'request, its own call': () => jobAfter(create({ call: ownCall, count: 0 })),
  complete: () => jobAfter(create({ count: 0 })),
  fail: () => jobAfter(create({ policy: 'fail_fast', count: 1 }), settled(ended(0, 'fail'))),
  cancelled: () => jobAfter(create({ sendAt: theMoment + 5_000 }), cancel),
};

const commands: Record<string, JobCommand> = {
  create: create(),
  'wake due': { type: 'wake', reason: 'due', attempt: 0 },
  'wake turn': { type: 'wake', reason: 'turn', attempt: 0 },
  'wake expired': { type: 'wake', reason: 'expired', attempt: 0 },
  'wake deadline': { type: 'wake', reason: 'deadline', attempt: 1 },
  'wake ask_again': { type: 'wake', reason: 'ask_again', attempt: 0 },
  'wake retry': { type: 'wake', reason: 'retry', attempt: 0 },
  'a child that is complete': settled(ended(0)),
  'a child that failed': settled(ended(1, 'fail')),
  'the last children': settled(ended(0), ended(1), ended(2)),
  'an answer': { type: 'answer', from: null, body: '{"state":"complete"}', compare_job: false },
  'a fault': { type: 'fault', attempt: 1, kind: 'refused', message: 'not now' },
  cancel,
  remove: { type: 'remove' },
};

const late = { 'an answer': 'late_answer', remove: 'job_removed' };
const table: Record<keyof typeof states, Record<string, string>> = {
  'idle, before its time': {
    'wake due': 'children_recorded',
    'an answer': 'conflict',
    cancel: 'cancelled',
    remove: 'conflict',
  },
  'idle, its children at work': {
    'wake expired': 'ending_begun',
    'a child that is complete': 'children_recorded',
    'a child that failed': 'children_recorded',
    'the last children': 'children_recorded, requested',
    'an answer': 'conflict',
    cancel: 'ending_begun',
    remove: 'conflict',
  },
  'idle, its children being cancelled': {
    'a child that is complete': 'children_recorded',
    'a child that failed': 'children_recorded',
    'the last children': 'children_recorded, cancelled',
    'an answer': 'conflict',
    remove: 'conflict',
  },
  'idle, before the turn of its call': {
    'wake turn': 'requested',
    'wake expired': 'faulted, failed',
    'an answer': 'answered, completed',
    cancel: 'cancelled',
    remove: 'conflict',
  },
  'request, its own call': {
    'wake deadline': 'faulted, retry_planned',
    'an answer': 'answered, completed',
    'a fault': 'faulted, retry_planned',
    cancel: 'cancelled',
    remove: 'conflict',
  },
  complete: { remove: 'job_removed' },
  fail: late,
  cancelled: late,
};

describe.each(Object.entries(states))('a batch in %s', (name, state) => {
  test.each(Object.entries(commands))('when it gets %s', (commandName, command) => {
    const expected = table[name as keyof typeof states][commandName] ?? 'nothing';
    expect(when(state(), command).told).toBe(expected);
  });
});
