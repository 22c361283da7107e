/** What hosts tell each other about a generation, over the in-process bus. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHostPeers, type Holding, type HostPeers } from '../../src/agents/peers.ts';
import type { Bus } from '../../src/bridge/bus.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { memoryLog, realClock } from '../support/clock.ts';

const id = 'swift-otter-asks-1';
const spending = { tokens: 7, cost_usd: 0.5 };
let bus: Bus;
const open: HostPeers[] = [];
beforeEach(() => {
  bus = createLocalBus({ clock: realClock, log: memoryLog() });
});
afterEach(async () => {
  for (const peers of open.splice(0)) peers.close();
  await bus.close();
});

async function host(hostId: string, holding: Holding = { state: 'none' }): Promise<HostPeers> {
  const connection = await bus.connect({ name: hostId, noEcho: true });
  const peers = createHostPeers({
    bus: connection,
    clock: realClock,
    log: memoryLog(),
    hostId,
    holding: async () => holding,
    spent: async ({ contest_id }) => ({ agent: spending, contest: { ...spending, tokens: contest_id?.length ?? 0 } }),
    waitMs: 50,
  });
  open.push(peers);
  return peers;
}

test('a host alone may begin', async () => {
  expect(await (await host('one')).claim(id)).toMatchObject({ held: 'here' });
});

test.each([
  [{ state: 'none' }, { held: 'here' }],
  [{ state: 'working' }, { held: 'elsewhere' }],
  [
    { state: 'answered', response: { state: 'complete', data: 'x' } },
    { held: 'answered', response: { data: 'x' } },
  ],
] as const)('one of three hosts that asks where another has %o gets %o', async (holding, claim) => {
  await host('two');
  await host('three', holding);
  expect(await (await host('one')).claim(id)).toMatchObject(claim);
});

test('whoever may begin hears what was spent at the others, if it wants to know', async () => {
  await host('two');
  await host('three');
  const one = await host('one');
  expect(await one.claim(id, { participant_id: 'ada', contest_id: 'abc' })).toMatchObject({
    held: 'here',
    spentElsewhere: [2, 3].map(() => ({ agent: spending, contest: { tokens: 3, cost_usd: 0.5 } })),
  });
  expect(await one.claim('swift-otter-asks-2')).toMatchObject({ held: 'here', spentElsewhere: [] });
});

test('of hosts that claim the same at once, one gets it', async () => {
  for (let round = 0; round < 20; round += 1) {
    const hosts = await Promise.all(['one', 'two', 'three'].map((name) => host(`${name}-${round}`)));
    const claims = await Promise.all(hosts.map((peers) => peers.claim(id)));
    expect(claims.map(({ held }) => held).sort()).toEqual(['elsewhere', 'elsewhere', 'here']);
    for (const peers of hosts) peers.close();
    open.length = 0;
  }
});

test('what has been claimed and is not on record yet is worked on', async () => {
  const [one, two] = [await host('one'), await host('two')];
  const claim = await one.claim(id);
  expect(await two.claim(id)).toEqual({ held: 'elsewhere' });
  if (claim.held === 'here') claim.release();
  expect(await two.claim(id)).toMatchObject({ held: 'here' });
});

test('of two hosts that were both away, one asks again', async () => {
  const [one, two] = [await host('one', { state: 'working' }), await host('two', { state: 'working' })];
  const taken = await Promise.all([one.isTaken(id), two.isTaken(id)]);
  expect(taken.sort()).toEqual([false, true]);
});
