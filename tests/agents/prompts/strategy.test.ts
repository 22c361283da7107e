/** Templates that users write: what they see, how they fail, and what they cannot do. */
import { describe, expect, it } from 'vitest';
import { templatesFor } from '../../../src/agents/prompts/bundled-templates.ts';
import { createPrompts } from '../../../src/agents/prompts/prompts.ts';
import { TemplateError } from '../../../src/agents/prompts/template-error.ts';
import type { ContestView } from '../../../src/protocol/contest.ts';
import type { AgentRequest } from '../../../src/protocol/messages.ts';
import { type PromptType, promptTypes, roleOfPrompt } from '../../../src/protocol/states.ts';
import { emptyView } from '../requests.ts';
import { strategyWith } from './strategies.ts';

const prompts = createPrompts();

const view: ContestView = {
  ...emptyView,
  rounds: [
    {
      round_no: 0,
      state: 'awaiting_actions',
      narrative: 'Fog.',
      ending_narrative: null,
      features: [],
      players: [
        {
          id: 'one-test-player',
          name: 'One',
          position: '2,3',
          health: 'fine',
          inventory: ['rope'],
          score: 4,
          memories: 'The well is dry.',
          action: null,
          result: null,
        },
      ],
    },
  ],
};

function request(command: PromptType, more: object = {}): AgentRequest {
  return {
    command,
    job_id: 'one-test-job',
    attempt: 1,
    contest_id: view.id,
    participant_id: 'one-test-player',
    round_no: 0,
    deadline: 0,
    timeout_ms: 1_000,
    last_latency_ms: null,
    message: '',
    data: JSON.parse(JSON.stringify({ contest: view, ...more })),
  };
}

function render(prompt: string, { type = 'player_player_action' as PromptType, more = {}, personality = '' } = {}) {
  return prompts.render({
    promptType: type,
    role: roleOfPrompt[type],
    request: request(type, more),
    strategy: strategyWith(type, prompt, personality),
    agent: { id: 'some-agent-here', name: 'Rowan' },
  });
}

function faultOf(prompt: string, options: Parameters<typeof render>[1] = {}): TemplateError {
  try {
    render(prompt, options);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`this was rendered: ${prompt}`);
}

describe('a template of a strategy', () => {
  it('sees the contest, the agent, the round, and what helps to find its way', () => {
    const text =
      '{{ contest.arena.name }}|{{ agent.name }}|{{ you.name }}|{{ me.position }}|{{ me.inventory | join: "," }}|{{ current_round.narrative }}|{{ past_rounds.size }}|{{ attempt }}{{ message }}';
    expect(render(text).prompt).toBe('Yard|Rowan|One|2,3|rope|Fog.|0|1');
    expect(render(text).template).toBe('strategy:one-test-strategy/player_player_action');
  });

  it('sees the action and its player as a judge, and the round as an announcer', () => {
    const action = { action: 'walk', target: null, narration: null };
    const more = { action, player: view.rounds[0]?.players[0] };
    const judged = { type: 'judge_player_action_judgement' as const, more };
    expect(render('{{ player.name }} wants to {{ action.action }}', judged).prompt).toBe('One wants to walk');
    const told = { type: 'announcer_describe_results' as const, more: { round: view.rounds[0] } };
    expect(render('Round {{ round.round_no }}', told).prompt).toBe('Round 0');
  });

  it('has its personality said in the system text', () => {
    expect(render('Go', { personality: 'Never hurries.' }).system).toContain('Never hurries.');
    expect(render('Go').system).not.toContain('who you are');
  });

  it('may ask whether a value is there', () => {
    expect(render('{% if action %}a{% else %}b{% endif %} {{ round.state | default: "c" }}').prompt).toBe('b c');
  });

  it('may be made from a bundled one, by inheritance', () => {
    const { prompt } = render('{% layout "player.base.player_action" %}{% block manner %}Be bold.{% endblock %}');
    expect(prompt).toContain('Be bold.');
    expect(prompt).toContain('You are at 2,3.');
  });

  it.each(['#template:', '#jinja:', '  #template: '])('names a bundled one after %s', (prefix) => {
    expect(render(`${prefix}player.base.player_action`)).toEqual(
      expect.objectContaining({
        template: 'player.base.player_action',
        prompt: expect.stringContaining('You are at 2,3.'),
      }),
    );
  });

  it('says nothing of the other prompts of its role: the bundled ones are used for these', () => {
    const rendered = prompts.render({
      promptType: 'player_player_action',
      role: 'player',
      request: request('player_player_action'),
      strategy: { ...strategyWith('player_player_action', ''), prompts: [] },
      agent: { id: 'some-agent-here', name: 'Rowan' },
    });
    expect(rendered.template).toBe('player.base.player_action');
  });
});

describe('a template that lacks something', () => {
  it.each([
    ['a value', 'Hello {{ contest.weather }}', 'contest.weather', 1],
    ['a value of the request that this prompt type does not have', 'A\n{{ action.action }}', 'action', 2],
    ['a value in the middle of a path', '{{ contest.arena.owner.name }}', 'contest.arena.owner', 1],
    ['a value inside a loop', '{% for one in contest.rounds %}{{ one.weather }}{% endfor %}', 'one.weather', 1],
  ])('names %s and the template', (_what, prompt, value, line) => {
    const fault = faultOf(prompt);
    expect(fault).toMatchObject({
      code: 'invalid',
      template: 'strategy:one-test-strategy/player_player_action',
      value,
      line,
    });
    expect(fault.message).toContain(value);
    expect(fault.message).toContain('strategy:one-test-strategy/player_player_action');
  });

  it('names the value when it is a bundled template that lacks it', () => {
    const fault = faultOf('#template:judge.base.player_action_judgement');
    expect(fault.value).toBe('player');
    expect(fault.template).toContain('judge.base.player_action_judgement');
  });

  it.each([
    ['nothing', ''],
    ['blanks', ' \n\t '],
    ['a condition that does not hold', '{% if action %}Something{% endif %}'],
  ])('never gives an empty prompt: %s', (_what, prompt) => {
    expect(faultOf(prompt).message).toContain('nothing comes of it');
  });

  it('names a bundled template that is not there', () => {
    expect(faultOf('#template:player.bold.player_action').message).toContain('player.bold.player_action');
  });
});

describe('blanks that a participant wrote', () => {
  it('cost no more than any other text, however many there are', () => {
    const { prompt } = render('{{ action.narration }}', {
      type: 'judge_player_action_judgement',
      more: { action: { narration: `Hush. ${' '.repeat(300_000)}\t.  \n\n\n\nBang!\t ` } },
    });
    // In a time that grows with their square these would take a quarter of an hour.
    expect(prompt.startsWith('Hush.')).toBe(true);
    expect(prompt.endsWith('\t.\n\nBang!')).toBe(true);
  });
});

describe('the largest view', () => {
  it.each(promptTypes)('is shown by the bundled template of %s', (type) => {
    const [round] = view.rounds;
    const told = { ...round, narrative: 'Mist "rises". '.repeat(18_000) };
    const player = view.rounds[0]?.players[0];
    const more = { contest: { ...view, rounds: [told] }, round: told, player, action: { action: 'wait' } };
    const [template = ''] = templatesFor(type);
    expect(render(`#template:${template}`, { type, more }).prompt).toContain('Mist');
  });
});

describe('what no template can do', () => {
  it.each([
    ['read a file', '{% include "/etc/hostname" %}'],
    ['read a file beside it', '{% render "../prompts.ts" %}'],
    ['inherit from a file', '{% layout "/etc/hostname" %}Hello'],
    ['reach what objects inherit', '{{ contest.constructor.constructor }}'],
    ['use a filter that is not there', '{{ contest.id | shell }}'],
    ['run for ever', '{% for a in (1..100000) %}{% for b in (1..100000) %}.{% endfor %}{% endfor %}'],
    ['ask for a list without end', '{% for a in (1..1000000000) %}.{% endfor %}'],
    [
      'fill the memory',
      '{% assign s = "aaaaaaaaaa" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
    ],
  ])('%s', (_what, prompt) => {
    expect(faultOf(prompt).code).toBe('invalid');
  });

  // Time is looked at between two tags only: what these do at once must be stopped by its amount.
  it.each([
    ['a table', '{% tablerow i in (1..2000000) %}.{% endtablerow %}', /memory/],
    ['an expression for each item', '{% assign a = (1..500000) | where_exp: "i", "i > 5" %}.', /memory/],
    ['a text of many items', '{{ (1..500000) }}', /more than the 1048576 that a prompt may have/],
  ])('be held up by %s', (_what, prompt, told) => {
    expect(faultOf(prompt).message).toMatch(told);
  });

  it('leave something behind for the next', () => {
    render('{% assign contest = "mine" %}{% increment count %}{{ contest }}');
    expect(render('{{ contest.id }}').prompt).toBe(view.id);
    expect(faultOf('{{ count }}').value).toBe('count');
  });
});

describe('checking the text of a prompt before it is kept', () => {
  it.each([
    ['Go to {{ contest.id }}', null],
    ['#template:player.base.player_action', null],
    ['#jinja:player.base.player_action', null],
    ['', /empty/],
    ['{% if you %}', /not closed/],
    ['{{ you | shell }}', /shell/],
    ['{% shell %}', /shell/],
    ['#template:player.bold.player_action', /there is no template player\.bold\.player_action; .*player\.base/],
    ['#template:judge.fair.apply_effects', /another prompt type/],
  ])('%j', (prompt, problem) => {
    const found = prompts.problemOf('player_player_action', prompt);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });
});
