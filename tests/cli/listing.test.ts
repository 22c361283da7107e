/** Lists on the command line: on a wide terminal, on a narrow one, and of nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { widthOf } from '../../src/cli/live/text.ts';
import { main } from '../../src/cli/main.ts';
import { startServer, type TestServer } from '../http/server.ts';
import { memoryTerminal } from './terminal.ts';

let server: TestServer;
const arena = { name: 'The yard behind the old mill', width: 9, height: 5, rules: 'Walk.', winning_condition: 'None.' };
beforeAll(async () => {
  server = await startServer();
  for (const id of ['one-small-yard', 'two-small-yards'])
    await list(['create', '--data', JSON.stringify({ ...arena, id })]);
});
afterAll(() => server.close());

async function list(args: string[], columns?: number) {
  const terminal = memoryTerminal({ env: { ARENA_URL: server.url } });
  const out = { ...terminal.out, ...(columns === undefined ? {} : { columns }) };
  const loadArena = () => Promise.reject(new Error('no arena here'));
  await main(['arena', ...args], { terminal: { ...terminal, out }, version: '1.2.3', loadArena });
  return terminal.stdout();
}

it('is a table where the terminal is wide enough, and where nobody looks at it', async () => {
  const piped = await list(['list']);
  expect(piped.split('\n')).toHaveLength(7);
  expect(piped).toMatch(/│ id +│ name +│ width │/);
  expect(await list(['list'], widthOf(piped.split('\n')[0] ?? ''))).toBe(piped);
});

it('is a block for each row, with a line for each cell, where the terminal is too narrow for a table', async () => {
  const block = (id: string) =>
    [
      `id                   ${id}`,
      'name                 The yard behind the',
      '                     old mill',
      'width                9',
      'height               5',
      'max_random_features  0',
    ].join('\n');
  expect(await list(['list'], 40)).toBe(`${block('one-small-yard')}\n\n${block('two-small-yards')}\n`);
});

it('says of what there is nothing', async () => {
  expect(await list(['list', '--filter', 'name=Elsewhere'])).toBe('There is no arena with name=Elsewhere.\n');
});
