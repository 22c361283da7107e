/** The catalogue of the running arena, on its real database: every model made, listed, changed and deleted; what is in use stays. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemSchema } from '../../src/http/problem.ts';
import { type CatalogueModel, catalogueSchemas } from '../../src/protocol/catalogue.ts';
import { randomId } from '../../src/protocol/ids.ts';
import { smallArena, smallContest, smallParticipants } from '../support/contest-input.ts';
import { type BusAgents, startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

let agents: BusAgents;
let app: RunningApp;
beforeAll(async () => {
  agents = await startBusAgents();
  app = await startApp({ bus: agents.bus });
});

const identified = z.looseObject({ id: z.string() });

async function make(model: CatalogueModel, input: object) {
  const { status, body } = await app.client.send('POST', `/api/${model}`, input);
  expect({ status, body }).toMatchObject({ status: 200 });
  return identified.parse(body);
}

const ask = (method: string, path: string, body?: unknown) => app.client.send(method, `/api/${path}`, body);
const problem = (status: number, detail: string) => ({
  status,
  type: 'application/problem+json; charset=utf-8',
  body: { status, detail: expect.stringContaining(detail) },
});

interface Sample {
  readonly model: CatalogueModel;
  readonly input: () => Promise<object> | object;
  readonly shown: object;
  readonly patch: object;
  /** What a list can be filtered by to find the patched one. */
  readonly filter: string;
  readonly wrong: object;
  readonly wrongAt: string;
}

const samples: readonly Sample[] = [
  {
    model: 'arena',
    input: () => ({ ...smallArena, features: [{ name: 'Wall', position: '1,1', end_position: '3,1' }] }),
    shown: { ...smallArena, features: ['1,1', '2,1', '3,1'].map((position) => ({ name: 'Wall', position })) },
    patch: { name: 'The lawn', max_random_features: 2 },
    filter: 'name=The lawn&max_random_features=2',
    wrong: { ...smallArena, features: [{ name: 'Tower', position: '6,1' }] },
    wrongAt: 'features[0].position',
  },
  {
    model: 'feature',
    input: () => ({ name: 'Gate', position: '2,2' }),
    shown: { name: 'Gate', description: '', position: '2,2', origin: 'required', arena_id: null },
    patch: { position: '3,3', origin: 'random' },
    filter: 'position=3,3&origin=random',
    wrong: { name: 'Gate', position: 'somewhere' },
    wrongAt: 'position',
  },
  {
    model: 'participant',
    input: () => ({ name: 'Ada', role: 'player', api_key: 'key of Ada' }),
    shown: { name: 'Ada', role: 'player', endpoint: 'channel://actor.agent.$AGENT_ID$', has_api_key: true },
    patch: { description: 'Quick.', api_key: null },
    filter: 'description=Quick.&role=player',
    wrong: { name: 'Ada', role: 'dancer' },
    wrongAt: 'role',
  },
  {
    model: 'strategy',
    input: () => ({
      name: 'Bold',
      role: 'player',
      prompts: [{ key: 'player_player_action', prompt: 'Go {{agent}}!' }],
    }),
    shown: { name: 'Bold', personality: '', model: null },
    patch: { personality: 'Never waits.' },
    filter: 'personality=Never waits.',
    wrong: { name: 'Bold', role: 'player', prompts: [{ key: 'sing', prompt: '' }] },
    wrongAt: 'prompts[0].key',
  },
  {
    model: 'agent',
    input: async () => ({ participant_id: (await make('participant', { name: 'Bix', role: 'player' })).id }),
    shown: { name: 'Bix', strategy_id: null, model: null },
    patch: { model: 'script:runner', name: 'Runner of Bix' },
    filter: 'name=Runner of Bix&model=script:runner',
    wrong: { participant_id: 'nobody-is-here' },
    wrongAt: 'participant_id',
  },
  {
    model: 'llmmodel',
    input: () => ({ name: 'small', key: 'maker/small-1', supports_json: true, supports_schema: false }),
    shown: { name: 'small', key: 'maker/small-1', active: true, provider: null },
    patch: { active: false, prompt_price: 0.25 },
    filter: 'active=false&prompt_price=0.25',
    wrong: { name: 'small', key: 'maker/small-1', supports_json: 'perhaps', supports_schema: false },
    wrongAt: 'supports_json',
  },
];

describe.each(samples)('$model', ({ model, input, shown, patch, filter, wrong, wrongAt }) => {
  const { document } = catalogueSchemas[model];

  it('is made, shown, changed, listed and deleted', async () => {
    const made = await make(model, await input());
    expect(document.parse(made)).toMatchObject(shown);
    for (const path of [`${model}/${made.id}`, `${model}/${made.id}/`])
      expect(await ask('GET', path)).toMatchObject({ status: 200, body: made });
    expect((await ask('GET', `${model}/${made.id}.md`)).type).toBe('text/markdown; charset=utf-8');

    const changed = document.parse((await ask('PATCH', `${model}/${made.id}`, patch)).body);
    const { api_key: _, ...visible } = patch as { api_key?: string | null };
    expect(changed).toMatchObject({
      ...made,
      ...visible,
      ...('has_api_key' in made && { has_api_key: false }),
      updated_at: expect.any(Number),
    });
    const found = (await ask('GET', `${model}?${encodeURI(filter)}`)).body;
    expect(z.array(document).parse(found)).toEqual([changed]);
    expect((await ask('GET', `${model}?id=${made.id}&offset=1`)).body).toEqual([]);

    expect(await ask('DELETE', `${model}/${made.id}`)).toMatchObject({ status: 200, body: { success: true } });
    expect(await ask('GET', `${model}/${made.id}`)).toMatchObject(problem(404, made.id));
    expect((await ask('GET', `${model}?id=${made.id}`)).body).toEqual([]);
  });

  it('takes an id that is given, once', async () => {
    const id = randomId();
    const given = { ...(await input()), id, ...(model === 'llmmodel' && { name: id }) };
    expect((await make(model, given)).id).toBe(id);
    expect(await ask('POST', model, given)).toMatchObject(problem(409, id));
    await ask('DELETE', `${model}/${id}`);
  });

  it('is refused whole when something is wrong, and nothing is kept', async () => {
    const refused: [body: object, at: string][] = [
      [wrong, wrongAt],
      [{ ...(await input()), colour: 'red' }, 'colour'],
      [{}, model === 'agent' ? 'participant_id' : 'name'],
    ];
    const before = (await ask('GET', `${model}?limit=1000`)).body;
    for (const [sent, at] of refused) {
      const { status, body } = await ask('POST', model, sent);
      expect(status).toBe(422);
      expect(problemSchema.parse(body).errors?.map(({ path }) => path)).toContain(at);
    }
    expect(await ask('POST', model, '{"name": ')).toMatchObject(problem(400, 'not JSON'));
    expect(await ask('PATCH', `${model}/nobody-is-here`, patch)).toMatchObject(problem(404, 'nobody-is-here'));
    expect(await ask('DELETE', `${model}/nobody-is-here`)).toMatchObject(problem(404, 'nobody-is-here'));
    expect((await ask('GET', `${model}?limit=1000`)).body).toEqual(before);
  });
});

describe('what is in use', () => {
  it('is not deleted: a strategy and a model of an agent, a participant with one', async () => {
    const strategy = await make('strategy', { name: 'Careful', role: 'player', prompts: [] });
    const llmmodel = await make('llmmodel', {
      name: 'large',
      key: 'maker/large-1',
      supports_json: true,
      supports_schema: true,
    });
    const participant = await make('participant', { name: 'Cy', role: 'player' });
    const agent = await make('agent', { participant_id: participant.id, strategy_id: strategy.id, model: 'large' });
    const inUse = [`strategy/${strategy.id}`, `llmmodel/${llmmodel.id}`, `participant/${participant.id}`];
    for (const path of inUse) expect(await ask('DELETE', path)).toMatchObject(problem(409, agent.id));
    for (const path of [`agent/${agent.id}`, ...inUse]) expect((await ask('DELETE', path)).status).toBe(200);
  });

  it('is not deleted: the arena and the participants of a contest, until it is over', async () => {
    const { id, arena, participants } = await app.client.create(smallContest({ start: false }));
    const paths = [`arena/${arena.id}`, ...participants.map((seat) => `participant/${seat.id}`)];
    for (const path of paths) expect(await ask('DELETE', path)).toMatchObject(problem(409, id));
    await app.client.act(id, 'cancel');
    for (const path of paths) expect((await ask('DELETE', path)).status).toBe(200);
    expect(await app.client.get(id)).toMatchObject({ arena, state: 'cancelled' });
  });
});

describe('a contest', () => {
  it('copies what it is made from: later changes of arena, feature and participant leave it as it is', async () => {
    const before = await app.client.create(smallContest({ start: false }));
    const { id, arena, participants } = before;
    const [ada] = participants;
    await ask('PATCH', `arena/${arena.id}`, { name: 'Elsewhere', width: 900, rules: 'None any more.' });
    await ask('PATCH', `feature/${arena.features[0]?.id}`, { name: 'Dry well', position: '1,1' });
    await make('feature', { name: 'Tower', position: '2,2', arena_id: arena.id });
    await ask('PATCH', `participant/${ada?.id}`, { name: 'Eve', role: 'judge', endpoint: 'channel://nobody.listens' });
    expect(await app.client.get(id)).toEqual(before);
    await app.client.act(id, 'start');
    const after = await app.client.reach(id, 'complete');
    expect(after.arena).toEqual(arena);
    expect(after.rounds[0]?.start.features.map(({ name }) => name)).toEqual(['Well', 'Stone']);
    expect(after.rounds[0]?.players.map(({ name }) => name)).toEqual(['Ada', 'Bix']);
  });
});

describe('a participant', () => {
  it('is verified as a job of its own, which its agent is asked for', async () => {
    const { id } = await make('participant', { name: 'Dee', role: 'judge' });
    const { status, body } = await ask('POST', `participant/${id}/verify`);
    expect({ status, body }).toMatchObject({ status: 200, body: { type: 'health', state: 'pending' } });
    const asked = await agents.until(({ participant_id }) => participant_id === id);
    expect(asked).toMatchObject({ command: 'health', contest_id: null, data: {} });
    expect(await ask('POST', 'participant/nobody-is-here/verify')).toMatchObject(problem(404, 'nobody-is-here'));
  });

  it('gets its agent with it, and loses neither to a contest that is refused', async () => {
    const before = (await ask('GET', 'participant?limit=1000')).body;
    const withAgents = smallParticipants.map((one) => ({ ...one, agent: { model: 'script:runner' } }));
    expect((await ask('POST', 'contest', smallContest({ participants: withAgents.slice(0, 2) }))).status).toBe(422);
    expect((await ask('GET', 'participant?limit=1000')).body).toEqual(before);
    expect((await ask('GET', 'agent?model=script:runner')).body).toEqual([]);
    const { participants } = await app.client.create(smallContest({ participants: withAgents, start: false }));
    const made = z.array(catalogueSchemas.agent.document).parse((await ask('GET', 'agent?model=script:runner')).body);
    expect(made.map((agent) => agent.participant_id)).toEqual(participants.map(({ id }) => id));
  });
});
