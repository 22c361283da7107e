/**
 * The process of the arena, as `arena serve` runs it, with counters of its commits and memory for the bench. Without a server's URL
 * it has the in-process bus, and the agents live in it too. Arguments: the database's URL, and the server's.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createArena } from '../../src/app.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogs } from '../../src/log.ts';
import { processClock } from '../../src/process-clock.ts';
import { createAgents } from './agents.ts';
import { type ArenaCalls, overPatterns } from './arena-calls.ts';
import { cpuMeter } from './cpu-meter.ts';
import { sendEvent, serveCalls } from './processes.ts';

/** Enough for the collector's threads to give back what they have found. */
const sweepMs = 300;

const [databaseUrl = '', natsUrl = ''] = process.argv.slice(2);
const config = loadConfig({
  ARENA_DB_URL: databaseUrl,
  ARENA_NATS_URL: natsUrl,
  ARENA_HTTP_PORT: '0',
  ARENA_AGENTS: 'off',
  ARENA_ALLOW_HOSTS: '127.0.0.1',
  ARENA_LOG_LEVEL: 'warn',
});
const agents = createAgents();
const localBus = natsUrl ? null : createLocalBus({ clock: processClock, log: createLogs(config.log)('bridge') });
const arena = await createArena(config, localBus ? { bus: localBus } : {});
if (localBus) {
  const connection = await localBus.connect({ name: 'bench agents' });
  connection.subscribe('actor.agent.*.request.>', ({ subject, data, reply }) =>
    agents.take(subject, data, (answer) => reply && connection.publish(reply, answer)),
  );
  for (const pattern of overPatterns) connection.subscribe(pattern, ({ subject }) => sendEvent(subject));
}

const cpuMs = cpuMeter();
let counts = { commits: 0, entries: 0 };
arena.feed.listen((entries) => {
  // What stands outside of rounds (launching, role call, setup) is not a round's.
  const ofRounds = entries.filter((entry) => entry.stream.includes('/round/')).length;
  if (ofRounds > 0) counts = { commits: counts.commits + 1, entries: counts.entries + entries.length };
});

const calls = {
  ...agents.calls,
  url: () => arena.url ?? '',
  counts: () => {
    const taken = { ...counts, cpuMs: cpuMs() };
    counts = { commits: 0, entries: 0 };
    return taken;
  },
  memory: async () => {
    // What a collection finds is given back in the background, and counts until then: a third of what thousands of buffers had been.
    globalThis.gc?.();
    await wait(sweepMs);
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heapBytes: heapUsed + external, residentBytes: rss };
  },
} satisfies ArenaCalls & typeof agents.calls;

await arena.start();
serveCalls(calls, () => arena.close());
