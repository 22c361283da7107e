/** The host of bundled agents, asked over the in-process bus. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AgentDirectory, type AgentHost, createAgentHost, type HostedAgent } from '../../src/agents/host.ts';
import { agentOfModel, bundledModels } from '../../src/agents/scripted/scripted-agents.ts';
import type { Bus, BusConnection } from '../../src/bridge/bus.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { ask } from './requests.ts';

let bus: Bus;
let asker: BusConnection;
let host: AgentHost;
let directory: ReturnType<typeof memoryDirectory>;

beforeEach(async () => {
  bus = createLocalBus({ clock: realClock, log: memoryLog() });
  asker = await bus.connect({ name: 'asker' });
  directory = memoryDirectory({
    'a-random-player': { model: 'script:random', name: 'Ran', role: 'player' },
    'a-fixed-player': { model: 'TEST:{"action":"sing"}', name: 'Fix', role: 'player' },
    'a-lost-player': { model: 'gpt-0', name: 'Lost', role: 'player' },
  });
  host = createAgentHost({
    connection: await bus.connect({ name: 'hosted agents' }),
    directory,
    version: '1.2.3',
    log: memoryLog(),
    clock: realClock,
  });
  await host.start();
});
afterEach(async () => {
  await host.close();
  await bus.close();
});

test('answers for the participants of the directory, health too', async () => {
  expect(await ask(asker, 'a-random-player')).toMatchObject({ state: 'complete', data: { action: 'wait' } });
  expect(await ask(asker, 'a-random-player', { command: 'health', data: {} })).toMatchObject({
    data: { name: 'Ran', state: 'OK', version: '1.2.3' },
  });
  expect(await ask(asker, 'a-fixed-player')).toMatchObject({ state: 'complete', data: '{"action":"sing"}' });
});

test('leaves all other participants to whoever else is listening', async () => {
  await expect(ask(asker, 'some-other-player')).rejects.toThrow();
});

test('fails with a message that names the models it has when a model is unknown', async () => {
  expect(await ask(asker, 'a-lost-player')).toMatchObject({
    state: 'fail',
    message: expect.stringMatching(/no model "gpt-0".*script:referee/),
  });
});

test('takes the model of the request before that of the agent', async () => {
  expect(await ask(asker, 'a-lost-player', { model: 'TEST:hello' })).toMatchObject({
    state: 'complete',
    data: 'hello',
  });
});

test('follows the directory: new agents, changed ones, and those that are gone', async () => {
  directory.change('a-new-player', { model: 'TEST:one', name: 'New', role: 'player' });
  expect(await ask(asker, 'a-new-player')).toMatchObject({ data: 'one' });
  directory.change('a-new-player', { model: 'TEST:two', name: 'New', role: 'player' });
  expect(await ask(asker, 'a-new-player', { attempt: 2 })).toMatchObject({ data: 'two' });
  directory.change('a-new-player', null);
  await expect(ask(asker, 'a-new-player', { attempt: 3 })).rejects.toThrow();
  expect(host.size()).toBe(3);
});

test('listens for ten thousand participants', async () => {
  for (let index = 0; index < 10_000; index += 1)
    directory.change(`player-of-many-${index}`, { model: 'TEST:here', name: `${index}`, role: 'player' });
  await host.settled();
  expect(await ask(asker, 'player-of-many-9999')).toMatchObject({ data: 'here' });
});

test('every bundled model has an agent, and no other name has', () => {
  for (const model of bundledModels) expect(agentOfModel(model), model).not.toBeNull();
  for (const model of ['script:nobody', 'script:toString', 'script:', 'gpt', ''])
    expect(agentOfModel(model), model).toBeNull();
});

function memoryDirectory(
  agents: Record<string, HostedAgent>,
): AgentDirectory & { change(id: string, agent: HostedAgent | null): void } {
  const kept = new Map(Object.entries(agents));
  const watchers = new Set<(id: string, agent: HostedAgent | null) => void>();
  return {
    agentOf: async (id) => kept.get(id) ?? null,
    list: async () => [...kept.keys()],
    onChange: (callback) => {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
    change: (id, agent) => {
      if (agent) kept.set(id, agent);
      else kept.delete(id);
      for (const watcher of watchers) watcher(id, agent);
    },
  };
}
