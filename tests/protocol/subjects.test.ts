import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArenaError } from '../../src/protocol/errors.ts';
import { jobStates, promptTypes } from '../../src/protocol/states.ts';
import {
  contestWatch,
  parseIncoming,
  parseSubject,
  type SubjectName,
  subjects,
  watches,
} from '../../src/protocol/subjects.ts';

const participant = 'amber-falcon-drifts-4k2j9x7q';
const contest = 'calm-otter-sings-1a2b3c4d';
const job = 'brave-finch-runs-9z8y7x6w';
const actorPrefix = `actor.agent.${participant}`;
const contestPrefix = `arena.contest.${contest}`;

/** Each subject of the catalogue: a name, how it is built, what is built, and what is almost but not quite it. */
const rows: { name: SubjectName; built: string; subject: string; parameters: object; misses: string[] }[] = [
  {
    name: 'agentRequest',
    built: subjects.agentRequest.build({ participant, askType: 'health', job }),
    subject: `${actorPrefix}.request.health.${job}`,
    parameters: { participant, askType: 'health', job },
    misses: [
      `${actorPrefix}.request.health`,
      `${actorPrefix}.request.health.${job}.more`,
      `actor.agent..request.health.${job}`,
    ],
  },
  {
    name: 'agentRequest',
    built: subjects.agentRequest.build({ participant, askType: 'judge_apply_effects', job }),
    subject: `${actorPrefix}.request.judge_apply_effects.${job}`,
    parameters: { participant, askType: 'judge_apply_effects', job },
    misses: [
      `${actorPrefix}.request.judge_apply_effect.${job}`,
      `actor.agents.${participant}.request.judge_apply_effects.${job}`,
    ],
  },
  {
    name: 'agentResponse',
    built: subjects.agentResponse.build({ participant, askType: 'health', job }),
    subject: `${actorPrefix}.response.health.${job}`,
    parameters: { participant, askType: 'health', job },
    misses: [
      `${actorPrefix}.response.wellness.${job}`,
      `${actorPrefix}.response.health.${job} `,
      `x${actorPrefix}.response.health.${job}`,
    ],
  },
  {
    name: 'agentResponse',
    built: subjects.agentResponse.build({ participant, askType: 'player_player_action', job }),
    subject: `${actorPrefix}.response.player_player_action.${job}`,
    parameters: { participant, askType: 'player_player_action', job },
    misses: [`${actorPrefix}.response.player_player_action`, `${actorPrefix}.response.player_player_action.*`],
  },
  {
    name: 'healthSeen',
    built: subjects.healthSeen.build({ participant }),
    subject: `${actorPrefix}.response.health`,
    parameters: { participant },
    misses: [`${actorPrefix}.request.health`, `${actorPrefix}.response`, `${actorPrefix}.response.healthy`],
  },
  ...(['request', 'complete', 'fail'] as const).map((generatePhase) => ({
    name: 'generation' as const,
    built: subjects.generation.build({ generateJob: 'bold-lynx-waits-1', job, generatePhase }),
    subject: `actor.llm.bold-lynx-waits-1.${job}.${generatePhase}`,
    parameters: { generateJob: 'bold-lynx-waits-1', job, generatePhase },
    misses: [`actor.llm.bold-lynx-waits-1.${job}.pending`, `actor.llm.bold-lynx-waits-1.${generatePhase}`],
  })),
  {
    name: 'roleCall',
    built: subjects.roleCall.build({ contest }),
    subject: `${contestPrefix}.role_call`,
    parameters: { contest },
    misses: [`${contestPrefix}.rolecall`, `${contestPrefix}.role_call.`],
  },
  {
    name: 'roleCallAnswer',
    built: subjects.roleCallAnswer.build({ contest, participant }),
    subject: `${contestPrefix}.role_call.${participant}`,
    parameters: { contest, participant },
    misses: [`${contestPrefix}.role_call.${participant}.x`, `arena.contests.${contest}.role_call.${participant}`],
  },
  {
    name: 'setupDescription',
    built: subjects.setupDescription.build({ contest }),
    subject: `${contestPrefix}.setup.description`,
    parameters: { contest },
    misses: [`${contestPrefix}.setup`, `${contestPrefix}.setup.description.x`],
  },
  {
    name: 'contestFlow',
    built: subjects.contestFlow.build({ contest, from: 'judging_actions', to: 'applying_effects' }),
    subject: `${contestPrefix}.contestflow.judging_actions.applying_effects`,
    parameters: { contest, from: 'judging_actions', to: 'applying_effects' },
    misses: [`${contestPrefix}.contestflow.judging.applying_effects`, `${contestPrefix}.contestflow.judging_actions`],
  },
  {
    name: 'contestAdvance',
    built: subjects.contestAdvance.build({ contest, state: 'in_round', job }),
    subject: `${contestPrefix}.contestflow.in_round.${job}`,
    parameters: { contest, state: 'in_round', job },
    misses: [`${contestPrefix}.contestflow.nowhere.${job}`, `${contestPrefix}.contestflow.in_round`],
  },
  {
    name: 'actionTaken',
    built: subjects.actionTaken.build({ contest, round: 12, participant }),
    subject: `${contestPrefix}.round.12.player.${participant}.prompt`,
    parameters: { contest, round: 12, participant },
    misses: [
      `${contestPrefix}.round.-1.player.${participant}.prompt`,
      `${contestPrefix}.round.01.player.${participant}.prompt`,
      `${contestPrefix}.round.one.player.${participant}.prompt`,
      `${contestPrefix}.round.12.player.${participant}`,
    ],
  },
  {
    name: 'setupComplete',
    built: subjects.setupComplete.build({ contest }),
    subject: `${contestPrefix}.setupmachine.complete`,
    parameters: { contest },
    misses: [`${contestPrefix}.setup.complete`],
  },
  {
    name: 'contestComplete',
    built: subjects.contestComplete.build({ contest }),
    subject: `${contestPrefix}.contestmachine.complete`,
    parameters: { contest },
    misses: [`${contestPrefix}.contestmachine.fail`, `${contestPrefix}.roundmachine.complete`],
  },
  {
    name: 'roundComplete',
    built: subjects.roundComplete.build({ contest, round: 0 }),
    subject: `${contestPrefix}.round.0.complete`,
    parameters: { contest, round: 0 },
    misses: [
      `${contestPrefix}.round.complete`,
      `${contestPrefix}.round.0.0.complete`,
      `${contestPrefix}.round.00.complete`,
    ],
  },
  ...(
    [
      ['contest', 'role_call'],
      ['setup', 'describing_setup'],
      ['round', 'awaiting_actions'],
    ] as const
  ).map(([machine, state]) => ({
    name: 'pause' as const,
    built: subjects.pause.build({ contest, machine, state }),
    subject: `${contestPrefix}.${machine}machine.${state}.pause`,
    parameters: { contest, machine, state },
    misses: [
      `${contestPrefix}.${machine}.${state}.pause`,
      `${contestPrefix}.jobmachine.${state}.pause`,
      `${contestPrefix}.${machine}machine.asleep.pause`,
    ],
  })),
  {
    name: 'jobRequest',
    built: subjects.jobRequest.build({}),
    subject: 'arena.request.job',
    parameters: {},
    misses: ['arena.request.jobs', 'arena.request.job.x', 'arenaxrequest.job'],
  },
  ...(['arena', 'feature', 'participant', 'contest', 'round', 'job'] as const).flatMap((arenaModel) =>
    (['create', 'update', 'delete'] as const).map((action) => ({
      name: 'arenaModelChange' as const,
      built: subjects.arenaModelChange.build({ arenaModel, action }),
      subject: `sys.arena.${arenaModel}.${action}`,
      parameters: { arenaModel, action },
      misses: [`sys.arena.strategy.${action}`, `sys.arena.${arenaModel}.${action}d`],
    })),
  ),
  ...(['participant', 'agent', 'strategy', 'generatejob', 'llmmodel'] as const).flatMap((actorModel) =>
    (['create', 'update', 'delete'] as const).map((action) => ({
      name: 'actorModelChange' as const,
      built: subjects.actorModelChange.build({ actorModel, action }),
      subject: `sys.actor.${actorModel}.${action}`,
      parameters: { actorModel, action },
      misses: [`sys.actor.contest.${action}`, `sys.actor.${actorModel}`],
    })),
  ),
];

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

describe('building and parsing', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/).map((text) => `id-${text}`);
  const values = fc.record({
    participant: token,
    contest: token,
    job: token,
    generateJob: token,
    round: fc.nat({ max: 999_999_999 }),
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
