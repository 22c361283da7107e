/** The catalogue on a real database: what is kept and shown, what is refused, and the entry of each change. */
import { describe, expect, it } from 'vitest';
import type { Projection } from '../../src/actors/runtime/projection.ts';
import type { Catalogue } from '../../src/persistence/catalogue/catalogue.ts';
import { isId } from '../../src/protocol/ids.ts';
import { append, counting, entry } from './entries.ts';
import { opened } from './making.ts';

const arena = { name: 'Meadow', width: 5, height: 4, rules: 'walk', winning_condition: 'reach the tree' };
const player = { name: 'Ann', role: 'player' };
const strategy = {
  name: 'bold',
  role: 'player',
  prompts: [{ key: 'player_player_action', prompt: 'go {{ agent.name }}' }],
};
const model = { name: 'small', key: 'maker/small', supports_json: true, supports_schema: false };

/** The problems of a refusal as `path: message` lines. */
async function refusal(work: Promise<unknown>): Promise<{ code: string; told: string[] }> {
  const error = await work.then(
    () => Promise.reject(new Error('this was not refused')),
    (caught: { code: string; message: string; problems: { path: string; message: string }[] }) => caught,
  );
  const told = error.problems.map((problem) => `${problem.path}: ${problem.message}`);
  return { code: error.code, told: told.length > 0 ? told : [error.message] };
}

describe('the catalogue', () => {
  it('keeps, shows, changes and deletes each model', async () => {
    const { catalogue } = await opened();
    const participant = await catalogue.create('participant', player);
    const made = {
      arena: await catalogue.create('arena', arena),
      feature: await catalogue.create('feature', { name: 'tree', position: '1,2' }),
      participant,
      strategy: await catalogue.create('strategy', strategy),
      agent: await catalogue.create('agent', { participant_id: participant.id }),
      llmmodel: await catalogue.create('llmmodel', model),
    };
    for (const name of ['agent', 'arena', 'feature', 'participant', 'strategy', 'llmmodel'] as const) {
      const { id } = made[name];
      expect(isId(id)).toBe(true);
      expect(await catalogue.get(name, id)).toEqual(made[name]);
      expect(await catalogue.list(name)).toEqual([made[name]]);
      const change = { name: 'another' };
      expect(await catalogue.patch(name, id, change)).toMatchObject({
        ...made[name],
        ...change,
        updated_at: expect.any(Number),
      });
      await catalogue.remove(name, id);
      expect(await refusal(catalogue.get(name, id))).toMatchObject({ code: 'not_found' });
      expect(await refusal(catalogue.patch(name, id, change))).toMatchObject({ code: 'not_found' });
      expect(await refusal(catalogue.remove(name, id))).toMatchObject({ code: 'not_found' });
    }
  });

  it('takes an id that is given, once', async () => {
    const { catalogue } = await opened();
    const id = 'a-given-id';
    expect(await catalogue.create('participant', { ...player, id })).toMatchObject({ id });
    expect(await refusal(catalogue.create('participant', { ...player, id }))).toMatchObject({ code: 'conflict' });
    expect(await refusal(catalogue.create('participant', { ...player, id: 'no id' }))).toMatchObject({
      code: 'invalid',
    });
  });

  it('lists in the order of creation, filtered and paged', async () => {
    const { catalogue } = await opened();
    for (const name of ['c', 'a', 'b', 'd']) {
      const key = name === 'd' ? { api_key: 'hush' } : {};
      await catalogue.create('participant', { name, role: name === 'b' ? 'judge' : 'player', ...key });
    }
    await catalogue.create('llmmodel', { ...model, active: false });
    const names = async (query: Parameters<Catalogue['list']>[1]) =>
      (await catalogue.list('participant', query)).map((one) => one.name);
    expect(await names({})).toEqual(['c', 'a', 'b', 'd']);
    expect(await names({ where: { role: 'player' } })).toEqual(['c', 'a', 'd']);
    expect(await names({ where: { has_api_key: 'true' } })).toEqual(['d']);
    expect(await names({ where: { has_api_key: false } })).toEqual(['c', 'a', 'b']);
    expect(await names({ limit: 2, offset: 1 })).toEqual(['a', 'b']);
    expect(await catalogue.list('llmmodel', { where: { active: 'false' } })).toHaveLength(1);
    expect(await catalogue.list('llmmodel', { where: { active: true } })).toHaveLength(0);
    expect(await refusal(catalogue.list('participant', { where: { api_key: 'x' } }))).toMatchObject({
      code: 'invalid',
    });
  });

  it('refuses a NUL, at which a statement for the database would end, wherever it stands', async () => {
    const { catalogue } = await opened();
    const features = [{ name: 'Well\u0000', position: '1,1' }];
    await expect(catalogue.create('arena', { ...arena, features })).rejects.toThrow(/features\[0\]\.name: .*NUL/);
    const { id } = await catalogue.create('arena', arena);
    await expect(catalogue.patch('arena', id, { rules: 'a\u0000b' })).rejects.toThrow(/rules: .*NUL/);
    await expect(catalogue.list('arena', { where: { name: '\u0000' } })).rejects.toThrow(/name: .*NUL/);
    expect(await refusal(catalogue.get('arena', `${id}\u0000`))).toMatchObject({ code: 'not_found' });
    expect(await catalogue.list('arena', {})).toHaveLength(1);
  });

  it('never shows or journals a key, and hands it out only to who asks for it', async () => {
    const { catalogue, database } = await opened();
    const made = await catalogue.create('participant', { ...player, api_key: 'hush' });
    expect(made).toMatchObject({ has_api_key: true });
    await catalogue.patch('participant', made.id, { api_key: 'hush-hush', name: 'Eve' });
    expect(await catalogue.apiKeyOf(made.id)).toBe('hush-hush');
    expect(JSON.stringify(await catalogue.list('participant'))).not.toContain('hush');
    expect(JSON.stringify(database.native.prepare('select events from entry').all())).not.toContain('hush');
  });

  it.each([
    ['arena', { ...arena, width: 0 }, /^width: /],
    ['arena', { ...arena, colour: 'red' }, /^colour: this field is not known/],
    ['participant', { ...player, name: '\u2067Eve' }, /^name: .*direction of writing/],
    [
      'arena',
      {
        ...arena,
        features: [
          { name: 'a', position: '1,1' },
          { name: 'b', position: '6,1' },
        ],
      },
      /^features\[1\]\.position: .*off the grid of 5 by 4/,
    ],
    [
      'arena',
      { ...arena, features: [{ name: 'b', position: '1,1', end_position: '5,5' }] },
      /^features\[0\]\.end_position: .*off the grid/,
    ],
    ['arena', { ...arena, rules: 'x'.repeat(100_000) }, /^rules: /],
    ['feature', { name: 'f', position: 'here' }, /^position: a position is "x,y"/],
    ['feature', { name: 'f', position: '1,1', end_position: '1000,1000' }, /^end_position: .*1000000 cells; the limit/],
    [
      'feature',
      { name: 'f', position: '1,1', arena_id: 'no-such-arena' },
      /^arena_id: there is no arena no-such-arena/,
    ],
    ['participant', { name: '', role: 'player' }, /^name: /],
    ['participant', { name: 'x', role: 'king' }, /^role: /],
    ['participant', { ...player, endpoint: 'ftp://x' }, /^endpoint: an endpoint is/],
    [
      'participant',
      { ...player, agent: { model: 'm', strategy_id: 'no-such-strategy' } },
      /^strategy_id: there is no strategy/,
    ],
    ['strategy', { ...strategy, prompts: [...strategy.prompts, ...strategy.prompts] }, /^prompts: two prompts/],
    ['strategy', { ...strategy, prompts: [{ key: 'sing', prompt: '' }] }, /^prompts\[0\]\.key: /],
    ['agent', { participant_id: 'nobody-of-note' }, /^participant_id: there is no participant/],
    ['llmmodel', { ...model, base_url: 'nowhere' }, /^base_url: /],
  ] as const)('refuses a wrong %s, names where, and keeps nothing of it', async (name, input, told) => {
    const { catalogue, database } = await opened();
    const refused = await refusal(catalogue.create(name, input));
    expect(refused.code).toBe('invalid');
    expect(refused.told[0]).toMatch(told);
    expect(database.native.prepare('select count(*) as entries from entry').get()).toEqual({ entries: 0 });
    for (const model of ['arena', 'feature', 'participant', 'strategy', 'agent', 'llmmodel'] as const) {
      expect(await catalogue.list(model)).toEqual([]);
    }
  });

  it('says that another thing is missing, not that this one cannot be kept', async () => {
    const { catalogue } = await opened();
    const feature = { name: 'f', position: '1,1', arena_id: 'no-such-arena' };
    await expect(catalogue.create('feature', feature)).rejects.toThrow(/^arena_id: there is no arena no-such-arena$/);
  });

  it('makes one feature per cell of a rectangle, as one group', async () => {
    const { catalogue } = await opened();
    const { id } = await catalogue.create('arena', {
      ...arena,
      features: [
        { name: 'lake', position: '2,1', end_position: '3,2' },
        { name: 'tree', position: '5,4', end_position: '5,4' },
      ],
    });
    const shown = await catalogue.get('arena', id);
    expect(shown.features.map((feature) => `${feature.name} ${feature.position}`)).toEqual([
      'lake 2,1',
      'lake 3,1',
      'lake 2,2',
      'lake 3,2',
      'tree 5,4',
    ]);
    const features = await catalogue.list('feature', { where: { arena_id: id } });
    const first = features[0]?.id;
    expect(features.map((feature) => feature.group_id)).toEqual([first, first, first, first, null]);
    await catalogue.remove('arena', id);
    expect(await catalogue.list('feature')).toEqual([]);
  });

  it('makes the agent of a participant with it, and refuses another one', async () => {
    const { catalogue } = await opened();
    const { id } = await catalogue.create('participant', { ...player, agent: { model: 'script:bold' } });
    expect(await catalogue.list('agent')).toMatchObject([{ participant_id: id, name: 'Ann', model: 'script:bold' }]);
    expect(await refusal(catalogue.create('agent', { participant_id: id }))).toMatchObject({ code: 'conflict' });
  });

  it('keeps the role of a participant whose agent has a strategy for it', async () => {
    const { catalogue } = await opened();
    const bold = await catalogue.create('strategy', strategy);
    const ann = await catalogue.create('participant', { ...player, agent: { strategy_id: bold.id } });
    const [agent] = await catalogue.list('agent');
    const judges = () => catalogue.patch('participant', ann.id, { role: 'judge' });
    expect(await refusal(judges())).toMatchObject({
      code: 'conflict',
      told: [expect.stringContaining(`has the strategy ${bold.id}, which is for the role player`)],
    });
    expect(await catalogue.patch('participant', ann.id, { role: 'player', name: 'Eve' })).toMatchObject({
      name: 'Eve',
    });
    await catalogue.patch('agent', agent?.id ?? '', { strategy_id: null });
    expect(await judges()).toMatchObject({ role: 'judge' });
  });

  it('refuses changes that would not fit', async () => {
    const { catalogue } = await opened();
    const { id } = await catalogue.create('arena', { ...arena, features: [{ name: 'tree', position: '5,1' }] });
    const judge = await catalogue.create('participant', { name: 'Jo', role: 'judge', agent: { model: 'm' } });
    const bold = await catalogue.create('strategy', strategy);
    const [agent] = await catalogue.list('agent', { where: { participant_id: judge.id } });
    const [tree] = await catalogue.list('feature');
    const other = await catalogue.create('llmmodel', { ...model, name: 'large' });
    await catalogue.create('llmmodel', model);
    expect((await refusal(catalogue.patch('arena', id, { width: 4 }))).told[0]).toMatch(
      /^width: the feature .* outside/,
    );
    expect((await refusal(catalogue.patch('arena', id, {}))).told[0]).toMatch(/nothing to change/);
    expect((await refusal(catalogue.patch('feature', tree?.id ?? '', { position: '9,9' }))).told[0]).toMatch(
      /off the grid/,
    );
    expect((await refusal(catalogue.patch('agent', agent?.id ?? '', { strategy_id: bold.id }))).told[0]).toMatch(
      /for the role player, but Jo is judge/,
    );
    expect(await refusal(catalogue.patch('llmmodel', other.id, { name: 'small' }))).toMatchObject({ code: 'conflict' });
    expect(await catalogue.get('arena', id)).toMatchObject({ width: 5 });
  });

  it('deletes nothing that something still uses, and names the user', async () => {
    const { catalogue, journal } = await opened({ projection: oneContest });
    const bold = await catalogue.create('strategy', strategy);
    const small = await catalogue.create('llmmodel', model);
    const ann = await catalogue.create('participant', {
      ...player,
      id: 'ann-the-player',
      agent: { model: 'small', strategy_id: bold.id },
    });
    const meadow = await catalogue.create('arena', { ...arena, id: 'meadow-of-trees' });
    const [agent] = await catalogue.list('agent');
    await append(journal, 'contest/x', [entry('contest/x', 1, { state: 'in_round' })]);
    const refused = async (name: Parameters<Catalogue['remove']>[0], id: string) => {
      const { code, told } = await refusal(catalogue.remove(name, id));
      expect(code).toBe('conflict');
      return told[0];
    };
    expect(await refused('strategy', bold.id)).toContain(`used by agent ${agent?.id}`);
    expect(await refused('llmmodel', small.id)).toContain(`used by agent ${agent?.id}`);
    expect(await refused('participant', ann.id)).toContain(`agent ${agent?.id}, contest contest/x`);
    expect(await refused('agent', agent?.id ?? '')).toContain('contest contest/x');
    expect(await refused('arena', meadow.id)).toContain('contest contest/x');
    await append(journal, 'contest/x', [entry('contest/x', 2, { state: 'complete' })]);
    await catalogue.remove('agent', agent?.id ?? '');
    for (const [name, id] of [
      ['strategy', bold.id],
      ['participant', ann.id],
      ['arena', meadow.id],
    ] as const) {
      await catalogue.remove(name, id);
    }
  });

  it('has an entry for each change, told by the feed', async () => {
    const { catalogue, feed, journal } = await opened();
    const told: unknown[] = [];
    feed.listen((entries) =>
      told.push(...entries.map(({ root, stream, position, kind }) => ({ root, stream, position, kind }))),
    );
    const { id } = await catalogue.create('llmmodel', model);
    await catalogue.patch('llmmodel', id, { notes: 'good' });
    await catalogue.remove('llmmodel', id);
    const root = `llmmodel/${id}`;
    expect(told).toEqual([1, 2, 3].map((position) => ({ root, stream: root, position, kind: 'catalogue' })));
    expect((await journal.load(root)).map((one) => one.events)).toEqual([
      [{ type: 'created', model: 'llmmodel', id, detail: expect.objectContaining({ ...model, id }) }],
      [{ type: 'updated', model: 'llmmodel', id, detail: { notes: 'good' } }],
      [{ type: 'deleted', model: 'llmmodel', id, detail: null }],
    ]);
  });
});

/** Shows a root as a contest in the state that its entry led to, with one arena and one participant. */
const oneContest: Projection = {
  ...counting,
  rowsOf: ({ stream, state }) => [
    {
      table: 'contest',
      key: stream,
      columns: { state: String(state), arena_id: 'meadow-of-trees', participants: '[{"id":"ann-the-player"}]' },
    },
  ],
};
