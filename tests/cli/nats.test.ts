/** `listen` and `agent run` against a real nats-server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusConnection } from '../../src/bridge/bus.ts';
import { createNatsBus } from '../../src/bridge/bus-nats.ts';
import { main } from '../../src/cli/main.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import { type MemoryTerminal, memoryTerminal } from './terminal.ts';

let nats: NatsServer;
let connection: BusConnection;
beforeAll(async () => {
  nats = await startNatsServer();
  connection = await createNatsBus({ url: nats.url, clock: realClock, log: memoryLog() }).connect({ name: 'test' });
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

function start(args: string[], env: Record<string, string> = { ARENA_NATS_URL: nats.url }) {
  const terminal: MemoryTerminal = memoryTerminal({ env });
  const loadArena = () => Promise.reject(new Error('no arena here'));
  return { terminal, ended: main(args, { terminal, version: '1.2.3', loadArena }) };
}

describe('listen', () => {
  it.each([
    [['listen', 'arena.contest.>'], 'arena.contest.a.role_call  {"x": 1} [2J\n'],
    [['listen', 'arena.contest.>', '--json'], '{"subject":"arena.contest.a.role_call","reply":null,"headers":{},'],
  ])('%j prints one line a message until it is stopped', async (args, expected) => {
    const { terminal, ended } = start(args);
    await expect
      .poll(() => {
        connection.publish('arena.other', 'not asked for');
        connection.publish('arena.contest.a.role_call', '{"x":\n1} \u0007[2J');
        return terminal.stdout();
      })
      .not.toBe('');
    terminal.stop();
    expect(await ended).toBe(0);
    expect(terminal.stdout().startsWith(expected)).toBe(true);
    expect(terminal.stdout()).not.toContain('arena.other');
  });
});

describe('agent run', () => {
  it('answers for its participant until it is stopped', async () => {
    const id = 'quiet-otter-sails-00000000';
    const { terminal, ended } = start(['agent', 'run', '--model', 'script:runner', '--id', id]);
    await expect.poll(() => terminal.stderr()).toContain('answers for');
    const subject = `actor.agent.${id}.request.health.calm-lynx-sings-00000000`;
    const request = { command: 'health', job_id: 'calm-lynx-sings-00000000', attempt: 1, contest_id: null };
    const more = { participant_id: id, round_no: null, deadline: Date.now() + 5_000, timeout_ms: 5_000 };
    const body = JSON.stringify({ ...request, ...more, last_latency_ms: null, message: '', data: {} });
    const answer = await connection.request(subject, body, { timeoutMs: 5_000 });
    expect(JSON.parse(new TextDecoder().decode(answer.data))).toMatchObject({
      state: 'complete',
      data: { state: 'OK' },
    });
    terminal.stop();
    expect(await ended).toBe(0);
  });

  it.each([
    [['agent', 'run', '--model', 'script:nobody', '--id', 'a-b-c'], undefined, 'script:nobody'],
    [['agent', 'run', '--model', 'script:runner', '--id', 'a-b-c'], {}, 'ARENA_NATS_URL'],
    [['listen', '>'], {}, 'ARENA_NATS_URL'],
  ])('%j is wrong usage where it cannot work', async (args, env, text) => {
    const { terminal, ended } = start(args, env);
    expect(await ended).toBe(2);
    expect(terminal.stderr()).toContain(text);
  });
});
