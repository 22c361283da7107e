import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArenaError } from '../../src/protocol/errors.ts';
import { jobStates, promptTypes } from '../../src/protocol/states.ts';
import {
  contestWatch,
  hostReplies,
  parseIncoming,
  parseSubject,
  subjects,
  watches,
} from '../../src/protocol/subjects.ts';
import { contest, contestPrefix, job, participant, rows } from './subject-rows.ts';

describe('the catalogue of subjects', () => {
  describe.each(rows)('$name: $subject', ({ name, built, subject, parameters, misses }) => {
    it('is built', () => {
      expect(built).toBe(subject);
    });

    it('is parsed back, by its declaration and by the catalogue', () => {
      expect(subjects[name].parse(subject)).toEqual(parameters);
      expect(parseSubject(subject)).toEqual({ name, parameters });
    });

    it.each(misses)('is not taken for it: %s', (miss) => {
      expect(subjects[name].parse(miss)).toBeNull();
    });

    it('is matched by its wildcard', () => {
      const pattern = subjects[name].wildcard.split('.');
      const tokens = subject.split('.');
      expect(tokens).toHaveLength(pattern.length);
      expect(pattern.every((token, index) => token === '*' || token === tokens[index])).toBe(true);
    });
  });

  it('has no declaration without a row above', () => {
    expect(new Set(rows.map((row) => row.name))).toEqual(new Set(Object.keys(subjects)));
  });

  it('names each payload shape the same wherever it is used', () => {
    const shapes = new Map<string, object>();
    for (const { payload } of Object.values(subjects)) {
      expect(shapes.get(payload.name) ?? payload.schema).toBe(payload.schema);
      shapes.set(payload.name, payload.schema);
    }
  });

  it('describes the parameters of a subject with the values that they can have', () => {
    expect(subjects.agentRequest.parameters.map(({ name, values }) => ({ name, values }))).toEqual([
      { name: 'participant', values: null },
      { name: 'askType', values: [...promptTypes, 'health'] },
      { name: 'job', values: null },
    ]);
    for (const { parameters } of Object.values(subjects))
      for (const each of parameters) expect(each.description).not.toBe('');
  });
});

describe('a token', () => {
  it.each(['', 'a.b', 'a b', '*', '>', 'a*', 'a\n'])('is refused when it is %j', (token) => {
    expect(() => subjects.agentRequest.build({ participant: token, askType: 'health', job })).toThrow(ArenaError);
    expect(() => subjects.agentRequest.build({ participant, askType: 'health', job: token })).toThrow(
      'cannot be a subject',
    );
    expect(() => subjects.roleCall.build({ contest: token })).toThrow(ArenaError);
  });

  it('is refused when it is a number that is no round', () => {
    for (const round of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e21]) {
      expect(() => subjects.roundComplete.build({ contest, round })).toThrow(ArenaError);
    }
  });
});

describe('a subject of the contest flow that ends in the name of a state', () => {
  it('is the transition that the arena told, and nothing that came in', () => {
    const subject = `${contestPrefix}.contestflow.created.starting`;
    expect(parseSubject(subject)?.name).toBe('contestFlow');
    expect(parseIncoming(subject)).toBeNull();
  });

  it.each(['complete', 'in_progress', 'ready', ...jobStates])(
    'is never taken for a command whose job is "%s"',
    (state) => {
      expect(parseIncoming(`${contestPrefix}.contestflow.in_round.${state}`)).toBeNull();
      expect(() => subjects.contestAdvance.build({ contest, state: 'in_round', job: state })).toThrow(ArenaError);
    },
  );
});

describe('what comes in', () => {
  it('is answers of agents, commands to advance, and jobs to make', () => {
    const incoming = rows.filter(({ subject }) => parseIncoming(subject)).map(({ name }) => name);
    expect(new Set(incoming)).toEqual(new Set(['agentResponse', 'contestAdvance', 'jobRequest']));
    expect(parseIncoming(`${contestPrefix}.contestflow.in_round.${job}`)).toEqual({
      name: 'contestAdvance',
      parameters: { contest, state: 'in_round', job },
    });
  });

  it('is nothing that is not in the catalogue', () => {
    for (const subject of ['', 'arena', 'arena.request', 'other.request.job', `_INBOX.${job}`]) {
      expect(parseIncoming(subject)).toBeNull();
    }
  });
});

describe('watchers', () => {
  it('see every subject of the catalogue with arena.>, actor.> and sys.>', () => {
    for (const { subject } of rows) expect(['arena', 'actor', 'sys']).toContain(subject.split('.')[0]);
    expect(watches.map((watch) => watch.pattern)).toEqual(expect.arrayContaining(['arena.>', 'actor.>', 'sys.>']));
  });

  it('can follow one contest', () => {
    expect(contestWatch(contest)).toBe(`${contestPrefix}.>`);
    expect(() => contestWatch('*')).toThrow(ArenaError);
  });
});

it('a host listens for the replies to its own questions, and to no others', () => {
  expect(hostReplies('tidy-crane')).toBe('actor.host.tidy-crane.reply.*');
  expect(() => hostReplies('*')).toThrow(ArenaError);
});

describe('building and parsing', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/).map((text) => `id-${text}`);
  const values = fc.record({
    participant: token,
    contest: token,
    job: token,
    generateJob: token,
    round: fc.nat({ max: 999_999_999 }),
    host: token,
    question: fc.nat({ max: 999_999_999 }),
  });

  it('are each the inverse of the other, for every declaration and any ids', () => {
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.nat()), (ids, draws) => {
        for (const declaration of Object.values(subjects)) {
          const drawn = declaration.parameters.map(({ name, values: options }) => {
            const option = options?.[(draws.next().value ?? 0) % options.length];
            return [name, option ?? ids[name as keyof typeof ids]];
          });
          const parameters = Object.fromEntries(drawn);
          const subject = (declaration.build as (given: object) => string)(parameters);
          expect(declaration.parse(subject)).toEqual(parameters);
          expect(parseSubject(subject)?.parameters).toEqual(parameters);
        }
      }),
    );
  });
});
