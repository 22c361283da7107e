/** The generation machine, state by state: what each command does, and how calls follow one another. */
import { describe, expect, test } from 'vitest';
import { generationMachine } from '../../../src/agents/generation/machine.ts';
import type { GenerationCommand, GenerationState } from '../../../src/agents/generation/state.ts';
import { effectsInWords, theMoment } from '../../actors/specification.ts';
import {
  answered,
  badText,
  cancel,
  create,
  fault,
  generationAfter,
  given,
  goodText,
  id,
  remove,
  spec,
  wake,
  when,
} from './generation-given.ts';

const nowhere = { root: '', position: 0, stateOf: () => undefined };

const states = {
  none: () => given(),
  request: () => generationAfter(create()),
  'request for a mended answer': () => generationAfter(create(), answered(badText)),
  retry: () => generationAfter(create(), fault()),
  complete: () => generationAfter(create(), answered(goodText)),
  fail: () => generationAfter(create(), fault(1, { may_pass: false })),
  cancelled: () => generationAfter(create(), cancel),
};

/** What is said of the newest call, whichever that is. */
const commands: Record<string, (newest: number) => GenerationCommand> = {
  create: () => create(),
  'a good answer': (newest) => answered(goodText, newest),
  'a bad answer': (newest) => answered(badText, newest),
  'an answer to another call': (newest) => answered(goodText, newest + 1),
  'a fault that may pass': (newest) => fault(newest),
  'a fault that lasts': (newest) => fault(newest, { may_pass: false }),
  'a fault of another call': (newest) => fault(newest - 1),
  'wake retry': (newest) => wake('retry', newest),
  'wake expired': (newest) => wake('expired', newest),
  'wake of another call': (newest) => wake('expired', newest + 1),
  cancel: () => cancel,
  remove: () => remove,
};

const asking = {
  'a good answer': 'answered, completed',
  'a fault that may pass': 'faulted, retry_planned',
  'a fault that lasts': 'faulted, failed',
  'wake expired': 'faulted, failed',
  cancel: 'cancelled',
  remove: 'conflict',
};
const table: Record<keyof typeof states, Partial<Record<keyof typeof commands, string>>> = {
  none: {
    ...Object.fromEntries(Object.keys(commands).map((name) => [name, 'not_found'])),
    create: 'generation_created, asked',
  },
  request: { ...asking, 'a bad answer': 'answered, faulted, asked' },
  'request for a mended answer': { ...asking, 'a bad answer': 'answered, faulted, failed' },
  retry: { 'wake retry': 'asked', cancel: 'cancelled', remove: 'conflict' },
  complete: { remove: 'removed' },
  fail: { remove: 'removed' },
  cancelled: { remove: 'removed' },
};

describe.each(Object.entries(states))('%s', (name, state) => {
  test.each(Object.entries(commands))('%s', (said, command) => {
    const before = state();
    const newest = before.state === 'none' ? 1 : before.try;
    const told = when(before, command(newest)).told;
    expect(told).toBe(table[name as keyof typeof states][said] ?? 'nothing');
  });
});

describe('in every state that it can reach', () => {
  test('every command has an answer, nothing changes what is final, and what is said twice counts once', () => {
    const seen = new Map<string, GenerationState>();
    const shapeOf = (state: GenerationState) =>
      state.state === 'none' ? 'none' : [state.state, state.try, state.lost, state.repair !== null].join(' ');
    const open: GenerationState[] = [given()];
    for (const state of open) {
      if (seen.has(shapeOf(state))) continue;
      seen.set(shapeOf(state), state);
      const newest = state.state === 'none' ? 1 : state.try;
      for (const command of Object.values(commands)) {
        const verdict = when(state, command(newest));
        const isFinal = ['complete', 'fail', 'cancelled'].includes(state.state);
        if (isFinal) expect(verdict.told).toMatch(/^(nothing|removed)$/);
        if (verdict.refusal) continue;
        expect(when(verdict.state, command(newest)).told).toBe('nothing');
        open.push(verdict.state);
      }
    }
    expect(new Set([...seen.values()].map(({ state }) => state))).toEqual(
      new Set(['none', 'request', 'retry', 'complete', 'fail', 'cancelled']),
    );
    expect(seen.size).toBeLessThan(100);
    for (const state of seen.values()) {
      const owed = effectsInWords(generationMachine.owed(state, nowhere));
      const expected = { request: ['send', 'wake expired'], retry: ['wake retry'] };
      expect(owed).toEqual(expected[state.state as keyof typeof expected] ?? []);
    }
  });
});

describe('calls', () => {
  test('one that was made before a restart is made again, and says so', () => {
    const [call] = generationMachine.owed(generationAfter(create()), nowhere);
    expect(call).toMatchObject({ outbound: { kind: 'model_call', generation_id: id, try: 1, again: true } });
    expect(when(given(), create()).effects[0]).toMatchObject({ outbound: { again: false } });
  });

  test('all of them together have the time to live, counted from the creation; one that is made again has it anew', () => {
    const mended = when(generationAfter(create()), answered(badText));
    const tried = when(generationAfter(create(), fault()), wake('retry'));
    for (const { effects } of [when(given(), create()), mended, tried])
      expect(effects[1]).toMatchObject({ type: 'wake', command: { reason: 'expired' }, at: theMoment + spec.ttl_ms });
    const [, again] = generationMachine.owed(generationAfter(create()), nowhere);
    expect(again).toMatchObject({ type: 'wake', command: { reason: 'expired' }, afterMs: spec.ttl_ms });
  });

  test('a model is told once what was wrong with its answer, and shown the answer', () => {
    const { effects } = when(generationAfter(create()), answered(badText));
    expect(effects[0]).toMatchObject({
      outbound: { try: 2, repair: { text: badText, problem: expect.stringContaining('no JSON value') } },
    });
    // Also when the call that was to mend it had to be made again.
    const lost = generationAfter(create(), answered(badText), fault(2));
    expect(when(lost, wake('retry', 2)).effects[0]).toMatchObject({ outbound: { try: 3, repair: { text: badText } } });
  });

  test.each([
    ['cut short', answered('{"action": "wa', 1, { cut_short: true }), 'truncated'],
    ['broken off', answered('{"action": "wa'), 'truncated'],
    ['empty', answered(' '), 'empty'],
    ['of another shape', answered('{"mood": 7}'), 'invalid'],
  ])('an answer that is %s is a fault of that name', (_name, command, kind) => {
    expect(when(generationAfter(create()), command).state).toMatchObject({
      state: 'request',
      faults: [{ kind, whose: 'agent', try: 1 }],
    });
  });

  test('free text is taken as it is, unless there is none', () => {
    const free = generationAfter(create({ prompt_type: 'text' }));
    expect(when(free, answered(badText)).told).toBe('answered, completed');
    expect(when(free, answered('\n')).told).toBe('answered, faulted, asked');
  });

  test('what all calls have used up is added together', () => {
    expect(generationAfter(create(), answered(badText), answered(goodText, 2))).toMatchObject({
      state: 'complete',
      generated: goodText,
      usage: { input_tokens: 20, output_tokens: 10, cost_usd: 0.5 },
    });
  });

  test('a provider may spoil so many calls, and the next one ends it', () => {
    const twice = generationAfter(create(), fault(1), wake('retry', 1), fault(2), wake('retry', 2));
    expect(twice).toMatchObject({ state: 'request', try: 3 });
    expect(when(twice, fault(3)).told).toBe('faulted, failed');
  });

  test.each([1, 2, 3, 4])('the pause before another try grows and is drawn once: try %i', (number) => {
    const tries = Array.from({ length: number - 1 }, (_, index) => [fault(index + 1), wake('retry', index + 1)]).flat();
    const state = generationAfter(create({ tries_max: 10 }), ...tries);
    const [first, second] = [when(state, fault(number)), when(state, fault(number))];
    const full = 500 * 2 ** (number - 1);
    const due = first.state.state === 'retry' ? first.state.due_at - theMoment : 0;
    expect(due).toBeGreaterThanOrEqual(full / 2);
    expect(due).toBeLessThanOrEqual(full);
    expect(second.events).toEqual(first.events);
  });

  test('a provider that says when to come back is taken at its word, unless the time is over by then', () => {
    const told = when(generationAfter(create()), fault(1, { retry_after_ms: 20_000 }));
    expect(told.state).toMatchObject({ state: 'retry', due_at: theMoment + 20_000 });
    expect(when(generationAfter(create()), fault(1, { retry_after_ms: spec.ttl_ms + 1 })).told).toBe('faulted, failed');
  });

  test('one that may not be paid for fails at once and asks nobody', () => {
    const refused = { kind: 'budget', whose: 'agent', message: 'the budget is used up' } as const;
    const verdict = when(given(), { type: 'create', spec, refused });
    expect(verdict.told).toBe('generation_created, faulted, failed');
    expect(verdict.state).toMatchObject({ state: 'fail', message: 'budget: the budget is used up', try: 0 });
    expect(verdict.effects).toEqual([
      { type: 'send', outbound: { kind: 'model_withdrawal', generation_id: id } },
      { type: 'send', outbound: expect.objectContaining({ kind: 'generation_ended' }) },
    ]);
  });
});
