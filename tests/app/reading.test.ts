/** What is inside a contest of the running arena: views, rounds, jobs, past states, its entries once and live, the next request. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type ContestDocument,
  contestDocumentSchema,
  contestViewSchema,
  roundSchema,
} from '../../src/protocol/contest.ts';
import type { EntryDocument } from '../../src/protocol/entries.ts';
import { jobNodeSchema } from '../../src/protocol/jobs.ts';
import { requestSchema } from '../../src/protocol/messages.ts';
import { contestStates, type PromptType, promptTypes, roleOfPrompt } from '../../src/protocol/states.ts';
import { ask } from '../http/server.ts';
import { movesOf } from '../support/contest-client.ts';
import { smallContest } from '../support/contest-input.ts';
import { type BusAgents, startBusAgents } from './bus-agents.ts';
import { type RunningApp, startApp } from './running-app.ts';

let agents: BusAgents;
let app: RunningApp;
let played: ContestDocument;
let entries: EntryDocument[];
let api: string;
beforeAll(async () => {
  agents = await startBusAgents();
  app = await startApp({ bus: agents.bus });
  const { id } = await app.client.create(smallContest({ player_inventories: [['a rope'], ['a lamp']] }));
  played = await app.client.reach(id, 'complete');
  entries = await app.client.entries(id);
  api = `${app.url}/api/contest/${id}`;
});

function seatNamed(name: string): ContestDocument['participants'][number] {
  const seat = played.participants.find((one) => one.name === name);
  if (!seat) throw new Error(`nobody is called ${name}`);
  return seat;
}

const problem = (status: number) => ({ status, type: expect.stringContaining('application/problem+json') });

describe('the entries', () => {
  it('are contiguous, each of its own machine, and told from any position on', async () => {
    expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 1));
    expect(entries.at(-1)?.position).toBe(played.position);
    const newest = new Map<string, number>();
    for (const { stream, seq } of entries) {
      expect([stream, seq]).toEqual([stream, (newest.get(stream) ?? 0) + 1]);
      newest.set(stream, seq);
    }
    expect((await ask('GET', `${api}/events?after=7`)).body).toEqual(entries.slice(7));
    expect((await ask('GET', `${api}/events?after=${played.position}`)).body).toEqual([]);
    expect((await ask('GET', `${api}/events?after=${played.position + 100}`)).body).toEqual([]);
    expect(await ask('GET', `${api}/events?after=soon`)).toMatchObject(problem(422));
  });

  it('say what caused them: a command from outside, or an entry before', () => {
    const known = new Set<string>();
    for (const { command_id, caused_by } of entries) {
      if (caused_by !== null) expect(known).toContain(caused_by);
      known.add(command_id);
    }
  });

  it('come live without gap or repeat, also to who comes in the middle and after a break', async () => {
    const { id } = await app.client.create(smallContest({ start: false }));
    const first = app.client.follow(id);
    await first.until(({ position }) => position === 1);
    await app.client.act(id, 'start');
    await first.moved('contest', 'setup_arena');
    await first.close();
    const seen = first.entries.at(-1)?.position ?? 0;
    const [again, whole] = [app.client.follow(id, seen), app.client.follow(id)];
    for (const stream of [again, whole]) await stream.moved('contest', 'complete');
    const upTo = whole.entries.find((entry) => movesOf(entry).some(({ to }) => to === 'complete'))?.position ?? 0;
    for (const stream of [again, whole]) await stream.close();
    const all = (await app.client.entries(id)).slice(0, upTo);
    expect([...first.entries, ...again.entries].slice(0, upTo)).toEqual(all);
    expect(whole.entries.slice(0, upTo)).toEqual(all);
  });

  it('are followed from a position that the contest has yet to reach', async () => {
    const { id, position } = await app.client.create(smallContest({ start: false }));
    const reader = await reading(`${app.url}/api/contest/${id}/events?after=${position + 3}`);
    await app.client.act(id, 'start');
    expect(await reader.next(1)).toEqual([position + 4]);
  });

  it('carry the position as the id of each server-sent event', async () => {
    const reader = await reading(`${api}/events`, { 'last-event-id': String(played.position - 2) });
    expect(await reader.next(2)).toEqual([played.position - 1, played.position]);
  });
});

/** The event stream, open, and the ids of its next events. */
async function reading(url: string, headers: Record<string, string> = {}) {
  const { body } = await fetch(url, { headers: { accept: 'text/event-stream', ...headers } });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async next(count: number): Promise<number[]> {
      let text = '';
      while (text.split('data: ').length <= count) text += (await reader?.read())?.value ?? '';
      await reader?.cancel();
      return [...text.matchAll(/^id: (\d+)$/gm)].slice(0, count).map(([, id]) => Number(id));
    },
  };
}

describe('the state at a position', () => {
  it('goes from its making to its end, and only forward', async () => {
    const order = [
      'created',
      'starting',
      'role_call',
      'setup_arena',
      'in_round',
      'check_end',
      'create_round',
      'complete',
    ];
    const states: string[] = [];
    let before: ContestDocument | null = null;
    for (const { position } of entries) {
      const now = contestDocumentSchema.parse((await ask('GET', `${api}/state?at=${position}`)).body);
      expect(now.position).toBe(position);
      expect(now.rounds.length).toBeGreaterThanOrEqual(before?.rounds.length ?? 0);
      for (const round of before?.rounds.slice(0, -1) ?? []) expect(now.rounds).toContainEqual(round);
      if (now.state !== before?.state) states.push(now.state);
      before = now;
    }
    expect(before).toEqual(played);
    expect(states.every((state) => order.includes(state))).toBe(true);
    // The entry that makes it starts it.
    expect(states[0]).toBe('role_call');
    expect(states.at(-1)).toBe('complete');
    expect(contestStates).toEqual(expect.arrayContaining(states));
  });

  it.each([
    ['0', 422],
    ['x', 422],
    ['100000', 404],
  ])('%s is refused', async (position, status) => {
    expect(await ask('GET', `${api}/state?at=${position}`)).toMatchObject(problem(status));
  });
});

describe('a view', () => {
  const viewOf = async (name: string) => {
    const { status, body } = await ask('GET', `${api}/view/${seatNamed(name).id}`);
    expect(status).toBe(200);
    return contestViewSchema.parse(body);
  };

  it('of a player shows its own inventory, score and memories and nobody else’s', async () => {
    const view = await viewOf('Ada');
    expect(view.you).toMatchObject({ id: seatNamed('Ada').id, role: 'player' });
    expect(view).not.toHaveProperty('seed');
    const [ada, bix] = view.rounds.at(-1)?.players ?? [];
    expect(ada).toMatchObject({ inventory: ['a rope'], score: 6, memories: 'I have walked in round 1.' });
    expect(Object.keys(bix ?? {}).sort()).toEqual(['action', 'health', 'id', 'name', 'position', 'result']);
    expect(JSON.stringify(view)).not.toContain('a lamp');
  });

  it('of the judge shows all of the players and the seed', async () => {
    const view = await viewOf('Jo');
    expect(view.seed).toBe(7);
    expect(view.rounds.at(-1)?.players).toMatchObject([
      { inventory: ['a rope'], memories: 'I have walked in round 1.' },
      { inventory: ['a lamp'], score: 8, memories: 'I have walked in round 1.' },
    ]);
  });

  it.each(['Al', 'Io'])('of %s shows what a spectator may see', async (name) => {
    const view = await viewOf(name);
    expect(view).not.toHaveProperty('seed');
    for (const player of view.rounds.flatMap((round) => round.players)) {
      expect(player).toHaveProperty('score');
      expect(player).not.toHaveProperty('memories');
    }
  });

  it('names nobody’s endpoint', async () => {
    for (const { name } of played.participants) expect(JSON.stringify(await viewOf(name))).not.toContain('endpoint');
  });

  it('of somebody else is a 404', async () => {
    expect(await ask('GET', `${api}/view/nobody-sits-here`)).toMatchObject(problem(404));
  });
});

describe('a round', () => {
  it('is the one in the document, and begins where the one before has ended', async () => {
    for (const round of played.rounds) {
      const { body } = await ask('GET', `${api}/round/${round.round_no}`);
      expect(roundSchema.parse(body)).toEqual(round);
    }
    const [first, second] = played.rounds;
    expect(second?.start.features).toEqual(first?.features);
    expect(second?.start.players.map(({ id, position, score }) => [id, position, score])).toEqual(
      first?.players.map(({ id, position, score }) => [id, position, score]),
    );
    expect([first?.narrative, first?.ending_narrative, second?.narrative]).toEqual([
      'A quiet yard.',
      'Round 0 is over.',
      'Round 0 is over.',
    ]);
    expect(first?.stats).toMatchObject({ actions_count: 2, metrics: { faults: 0 } });
    for (const round of ['2', 'first', '-1'])
      expect(await ask('GET', `${api}/round/${round}`)).toMatchObject(problem(404));
  });
});

describe('the jobs', () => {
  it('are a tree: what was asked at once lies below its batch, everything is complete', async () => {
    const forest = z.array(jobNodeSchema).parse((await ask('GET', `${api}/job`)).body);
    const shape = forest.map((node) =>
      node.type === 'batch' ? node.children.map((child) => child.prompt_type) : (node.prompt_type ?? node.type),
    );
    const both = (prompt: PromptType) => [prompt, prompt];
    const round = [
      both('player_player_action'),
      both('judge_player_action_judgement'),
      ['judge_apply_effects'],
      ['announcer_describe_results'],
    ];
    const health = played.participants.map(() => 'health');
    const flat = (list: unknown[]) => list.map((one) => (Array.isArray(one) && one.length === 1 ? one[0] : one));
    expect(flat(shape)).toEqual(
      flat([...health, 'arena_generate_features', 'announcer_describe_arena', ...round, ...round]),
    );
    for (const job of await app.client.jobs(played.id)) expect(job).toMatchObject({ state: 'complete', faults: [] });
  });
});

describe('the next request', () => {
  it.each(promptTypes)('for %s is shown as it would be sent', async (promptType) => {
    const seat = played.participants.find(({ role }) => role === roleOfPrompt[promptType]);
    const before = agents.asked.length;
    for (const path of [promptType, `${promptType}/${seat?.id}`]) {
      const { status, body } = await ask('POST', `${api}/prompt/${path}`);
      expect(status).toBe(200);
      const request = requestSchema.parse(body);
      expect(request).toMatchObject({
        command: promptType,
        contest_id: played.id,
        participant_id: seat?.id,
        attempt: 1,
      });
      const sent = agents.asked.findLast((one) => one.command === promptType && one.contest_id === played.id);
      expect(Object.keys(request.data)).toEqual(Object.keys(sent?.data ?? {}));
      expect(request.data.contest).toEqual((await ask('GET', `${api}/view/${seat?.id}`)).body);
    }
    expect(agents.asked.length).toBe(before);
    expect((await app.client.get(played.id)).position).toBe(played.position);
  });

  it('is refused for a prompt type that there is not, a seat that there is not, and a seat of another role', async () => {
    const player = seatNamed('Ada').id;
    expect(await ask('POST', `${api}/prompt/sing_a_song`)).toMatchObject(problem(404));
    expect(await ask('POST', `${api}/prompt/judge_apply_effects/nobody-sits-here`)).toMatchObject(problem(404));
    expect(await ask('POST', `${api}/prompt/judge_apply_effects/${player}`)).toMatchObject(problem(422));
  });
});

describe('for people', () => {
  it('a contest is a page of Markdown with its winner, its rounds and what was told', async () => {
    const { type, text } = await ask('GET', `${api}.md`);
    expect(type).toBe('text/markdown; charset=utf-8');
    for (const part of [
      'The yard',
      '| Winner | Bix |',
      '## Round 1 (round_complete)',
      '> A quiet yard.',
      '> Round 1 is over.',
      'walk 1',
    ])
      expect(text).toContain(part);
  });
});

describe('the arena itself', () => {
  it('is alive, ready and documented', async () => {
    expect((await ask('GET', `${app.url}/healthz`)).body).toEqual({ state: 'OK' });
    expect((await ask('GET', `${app.url}/readyz`)).body).toEqual({ state: 'OK' });
    expect((await ask('GET', `${app.url}/api/debug/health`)).body).toMatchObject({
      state: 'complete',
      data: { state: 'OK' },
    });
    expect((await ask('GET', `${app.url}/openapi.json`)).body).toMatchObject({ openapi: '3.1.0' });
    expect(await ask('GET', `${app.url}/api/nothing`)).toMatchObject(problem(404));
  });
});
