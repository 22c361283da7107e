/** Every refusal over HTTP is a problem (RFC 9457) that says what was wrong, where, and nothing of the inside. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contestExample } from '../../src/http/examples/inputs.ts';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { ask, startServer, type TestServer } from './server.ts';

let server: TestServer;
let api: string;

beforeAll(async () => {
  server = await startServer();
  api = `${server.url}/api/contest`;
});
afterAll(() => server.close());

const problemType = 'application/problem+json; charset=utf-8';

describe('a refusal', () => {
  it.each([
    ['an unknown route', 'GET', '/nowhere', undefined, {}, 404],
    ['an unknown route below /api', 'POST', '/api/nothing', { a: 1 }, {}, 404],
    ['an unknown contest', 'GET', '/api/contest/quiet-otter-sails-00000000', undefined, {}, 404],
    ['a method that a route does not have', 'PUT', '/api/contest', { a: 1 }, {}, 404],
    ['a path that is longer than any', 'GET', `/api/contest/${'long'.repeat(100)}`, undefined, {}, 404],
    ['a path that cannot be decoded', 'GET', '/api/contest/%E0%A4%A', undefined, {}, 400],
    ['a body that is not JSON', 'POST', '/api/contest', '{"arena":', {}, 400],
    ['a body with __proto__', 'POST', '/api/contest', '{"__proto__": {"a": 1}}', {}, 400],
    ['a body of another type', 'POST', '/api/contest', 'a=1', { 'content-type': 'text/plain' }, 415],
    ['a body over 1 MiB', 'POST', '/api/contest', JSON.stringify('x'.repeat(1_048_577)), {}, 413],
    ['no body where one is needed', 'POST', '/api/contest', undefined, {}, 422],
    ['a list where an object is needed', 'POST', '/api/contest', [], {}, 422],
  ] as const)('of %s is a problem', async (_what, method, path, body, headers, status) => {
    const answer = await ask(method, server.url + path, body, headers);
    expect(answer.type).toBe(problemType);
    expect(answer).toMatchObject({
      status,
      body: { type: 'about:blank', status, title: expect.any(String), detail: expect.stringMatching(/\w/) },
    });
  });

  it.each([
    ['{"__proto__": {"a": 1}}', '__proto__'],
    ['{"arena": {"features": [{"\\u005f_proto__": 1}]}}', 'arena.features[0].__proto__'],
    ['{"arena": {"constructor": {"prototype": null}}}', 'arena.constructor'],
  ])('of %s names the key that is not taken', async (body, path) => {
    const answer = await ask('POST', api, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect((answer.body as { detail: string }).detail).toContain(`the key ${path},`);
  });

  it('of a body that is not JSON says where it stops being so and why, and repeats nothing of it', async () => {
    const answer = await ask('POST', api, '{"api_key": "sk-of-mine",\n "name": Ada}');
    expect((answer.body as { detail: string }).detail).toBe(
      'The body is not JSON: line 2, column 10: a value was expected: text in double quotes, a number, true, false, null, { or [.',
    );
  });

  it('of a body that is not text keeps nothing of what could be read', async () => {
    const body = Buffer.concat([Buffer.from('{"name": "'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const answer = await fetch(api, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: 'The body is not text in UTF-8.' });
  });

  it('of a key that only has the name of something inherited is that it is not known', async () => {
    const answer = await ask('POST', api, { ...contestExample, constructor: 'me', toString: 1 });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'constructor' }, { path: 'toString' }] } });
  });

  it('of something that is not HTTP is a problem too', async () => {
    const text = await sendRaw(new URL(server.url), 'NONSENSE\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(text).toContain('application/problem+json');
  });

  it('names all that is wrong at once, unknown fields too', async () => {
    const { status, body } = await ask('POST', api, {
      ...contestExample,
      arena: { ...contestExample.arena, width: 0, colour: 'red' },
      participants: [{ name: '', role: 'king' }],
      speed: 9,
    });
    expect(status).toBe(422);
    const paths = (body as { errors: { path: string }[] }).errors.map((error) => error.path);
    expect(paths.sort()).toEqual([
      'arena.colour',
      'arena.width',
      'participants[0].name',
      'participants[0].role',
      'speed',
    ]);
  });

  it('of text of 100 kB names the field', async () => {
    const arena = { ...contestExample.arena, rules: 'x'.repeat(100_000) };
    const { status, body, text } = await ask('POST', api, { ...contestExample, arena });
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ path: 'arena.rules' }] });
    expect(text.length).toBeLessThan(1_000);
  });

  it('keeps nothing', async () => {
    const before = await server.contests.list({});
    await ask('POST', api, { ...contestExample, participants: [], speed: 9 });
    expect(await server.contests.list({})).toEqual(before);
  });

  it('that the arena itself gives carries its problems', async () => {
    const { status, body } = await ask('POST', api, { ...contestExample, participants: [] });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      detail: 'A judge is missing.',
      errors: [{ path: 'participants', message: 'a judge is missing' }],
    });
  });
});

describe('a fault inside', () => {
  it('is logged once and hidden', async () => {
    const broken = await startServer();
    broken.contests.get = async () => {
      throw new Error('secret: the database is at /var/lib');
    };
    const { status, text } = await ask('GET', `${broken.url}/api/contest/quiet-otter-sails-00000000`);
    await broken.close();
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    expect(broken.log.lines.filter((line) => line.level === 'error')).toHaveLength(1);
  });
});

describe('closing', () => {
  it('does not wait for a connection that never carried a request', async () => {
    const closing = await startServer();
    const { hostname, port } = new URL(closing.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    await ask('GET', `${closing.url}/healthz`);
    const closed = once(socket, 'close');
    await closing.close();
    await closed;
  });

  it('lets a request that is being answered finish', async () => {
    const closing = await startServer();
    const { id } = await closing.contests.create(createContestSchema.parse({ ...contestExample, start: false }));
    const document = await closing.contests.get(id);
    let answer: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      closing.contests.get = () => {
        resolve();
        return new Promise((give) => {
          answer = () => give(document);
        });
      };
    });
    const asked = ask('GET', `${closing.url}/api/contest/${id}`);
    await reached;
    const closed = closing.close();
    answer();
    expect(await asked).toMatchObject({ status: 200, body: { id } });
    await closed;
  });
});

function sendRaw({ hostname, port }: URL, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
