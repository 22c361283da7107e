/** The bundled templates against the requests of real contests: all of them render, and say what the one who is asked has to know. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { answerShapes } from '../../../src/agents/prompts/answer-shape.ts';
import { bundledTemplateNames, templatesFor } from '../../../src/agents/prompts/bundled-templates.ts';
import { createPrompts, type PromptText } from '../../../src/agents/prompts/prompts.ts';
import { readAnswer } from '../../../src/protocol/answers.ts';
import type { ContestView, RoundView } from '../../../src/protocol/contest.ts';
import { promptTypes, roleOfPrompt } from '../../../src/protocol/states.ts';
import { type PlayedRequest, playedRequests } from './played-requests.ts';
import { strategyWith } from './strategies.ts';

const prompts = createPrompts();

function rendered(request: PlayedRequest, template?: string): PromptText {
  return prompts.render({
    promptType: request.command,
    role: roleOfPrompt[request.command],
    request,
    strategy: template === undefined ? null : strategyWith(request.command, `#template:${template}`),
    agent: { id: 'some-agent-here', name: 'Rowan' },
  });
}

const viewOf = (request: PlayedRequest) => request.data.contest as unknown as ContestView;
const roundOf = (request: PlayedRequest) => viewOf(request).rounds.at(-1) as RoundView;

it('has every template that strategies may choose', () => {
  expect(bundledTemplateNames).toEqual([
    'player.base.player_action',
    'judge.base.player_action_judgement',
    'judge.fair.player_action_judgement',
    'judge.creative.player_action_judgement',
    'judge.base.apply_effects',
    'judge.fair.apply_effects',
    'judge.creative.apply_effects',
    'announcer.base.describe_arena',
    'announcer.funny.describe_arena',
    'announcer.summary.describe_arena',
    'announcer.base.describe_results',
    'announcer.funny.describe_results',
    'announcer.summary.describe_results',
    'arena.base.generate_features',
  ]);
});

it('is packed with its templates, where the compiled module looks for them', () => {
  const project = join(import.meta.dirname, '../../..');
  const { files } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toContain('src/agents/prompts/templates');
  expect(existsSync(join(project, 'src/agents/prompts/templates/layout.liquid'))).toBe(true);
});

describe.each(['capture-the-flag', 'wreckers-isle'])('%s', (game) => {
  let requests: PlayedRequest[];
  const ofType = (type: string) => requests.filter(({ command }) => command === type);
  beforeAll(async () => {
    requests = await playedRequests(game);
  });

  it('asks for everything', () => {
    expect([...new Set(requests.map(({ command }) => command))].sort()).toEqual([...promptTypes].sort());
  });

  it.each(bundledTemplateNames)('renders %s for every request of its type', (template) => {
    const type = promptTypes.find((one) => templatesFor(one).includes(template));
    const asked = ofType(type ?? '');
    expect(asked.length).toBeGreaterThan(0);
    for (const request of asked) {
      const { arena, you } = viewOf(request);
      const { system, prompt, template: used } = rendered(request, template);
      expect(used).toBe(template);
      expect(system).toContain('You are Rowan');
      for (const known of [arena.rules.split('\n').at(-1) ?? '', arena.winning_condition, arena.description])
        expect(prompt).toContain(known);
      for (const feature of roundOf(request).features) expect(prompt).toContain(`(id ${feature.id})`);
      for (const player of roundOf(request).players) expect(prompt).toContain(player.name);
      expect(prompt).not.toMatch(/\{%|\{\{|undefined|\[object|NaN/);
      expect(you.id).toBeTruthy();
    }
  });

  it('tells the variants of a template apart', () => {
    for (const type of promptTypes) {
      const [request] = ofType(type);
      if (!request) throw new Error(`no ${type}`);
      const texts = templatesFor(type).map((template) => rendered(request, template).prompt);
      expect(new Set(texts).size).toBe(texts.length);
    }
  });

  it('tells a player where it stands, what it has, and what it noted in earlier rounds', () => {
    const asked = ofType('player_player_action').filter(({ round_no }) => (round_no ?? 0) > 1);
    expect(asked.length).toBeGreaterThan(0);
    for (const request of asked) {
      const { you } = viewOf(request);
      const me = roundOf(request).players.find(({ id }) => id === you.id);
      const { prompt } = rendered(request);
      expect(prompt).toContain(`You are at ${me?.position}.`);
      expect(prompt).toContain(`Score: ${me?.score}.`);
      if (me?.memories) expect(prompt).toContain(me.memories);
      for (const earlier of viewOf(request).rounds.slice(0, -1)) {
        expect(prompt).toContain(`## Round ${earlier.round_no}`);
        const turn = earlier.players.find(({ id }) => id === you.id);
        if (turn?.action) expect(prompt).toContain(JSON.stringify(turn.action.action));
      }
    }
  });

  it('shows the judge the one action that it rules on, and all of them when it applies their effects', () => {
    for (const request of ofType('judge_player_action_judgement')) {
      const { action } = request.data as { action: { action: string } };
      expect(rendered(request).prompt).toContain(`action: ${JSON.stringify(action.action)}`);
    }
    for (const request of ofType('judge_apply_effects')) {
      const { prompt } = rendered(request);
      for (const { result, name, score } of roundOf(request).players) {
        expect(prompt).toContain(`Ruling: ${JSON.stringify(result?.result)}`);
        expect(prompt).toMatch(new RegExp(`${name} .*score ${score}`));
      }
    }
  });

  it('shows the announcer what came of the round', () => {
    for (const request of ofType('announcer_describe_results')) {
      const { prompt } = rendered(request, 'announcer.summary.describe_results');
      for (const { result } of roundOf(request).players) expect(prompt).toContain(JSON.stringify(result?.result));
    }
  });

  it('says at a raised attempt what was wrong, and nothing of it at the first', () => {
    const [request] = requests;
    if (!request) throw new Error('nothing was asked');
    expect(rendered(request).prompt).not.toContain('could not be used');
    const again = { ...request, attempt: 2, message: 'position 12,3 is off the grid' };
    expect(rendered(again).prompt).toContain('position 12,3 is off the grid');
  });
});

describe('what answers look like', () => {
  it('shows examples that the arena reads', () => {
    for (const type of promptTypes) {
      const { example, schema } = answerShapes[type];
      expect(schema === null, type).toBe(example === null);
      if (example === null || schema === null) continue;
      expect(readAnswer(type, JSON.stringify(example)), type).toMatchObject({ ok: true });
      // What leaves nothing out is what strict schemas ask for: every example has every property.
      expect(Object.keys(example).sort()).toEqual((schema.required as string[]).toSorted());
    }
  });

  it('gives worked examples to judges, which the arena reads', () => {
    const examples = (template: string) =>
      readFileSync(join(import.meta.dirname, `../../../src/agents/prompts/templates/${template}.liquid`), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{"'));
    const judgements = examples('judge.base.player_action_judgement');
    const effects = examples('judge.base.apply_effects');
    expect([judgements.length, effects.length]).toEqual([3, 3]);
    for (const line of judgements)
      expect(readAnswer('judge_player_action_judgement', line), line).toMatchObject({ ok: true });
    for (const line of effects) expect(readAnswer('judge_apply_effects', line), line).toMatchObject({ ok: true });
  });
});
