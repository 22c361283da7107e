/** The relay on a bus in this process: what of committed entries is told, and what is not though it once would have been. */
import { expect, it } from 'vitest';
import type { JobCommand, JobSpec } from '../../src/actors/job/state.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { createRelay } from '../../src/bridge/relay.ts';
import { publicationsOf } from '../../src/machines.ts';
import { simulate } from '../actors/simulated-root.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { openInbox } from '../support/inbox.ts';

const root = 'job/loud-lark-tells-1';

/** Tells of a job that an earlier version has taken with this channel; what was heard, and what the log says. */
async function toldOf(channel: string) {
  const log = memoryLog();
  const bus = createLocalBus({ clock: realClock, log });
  const [relaying, listening] = [await bus.connect({ name: 'a relay' }), await bus.connect({ name: 'a listener' })];
  const heard = openInbox(listening, '>');
  const body = '{"state":"complete"}';
  const simulation = simulate({ root, agents: () => ({ type: 'answer', from: null, body, compare_job: false }) });
  const task: JobSpec['task'] = { type: 'message', subject: 'some.where', data: null };
  const spec: JobSpec = { task, channel, timeout_ms: 1_000, max_attempts: 1, ttl_ms: 10_000 };
  simulation.command(root, { type: 'create', parent: null, spec } as JobCommand);
  simulation.run();
  const relay = createRelay({
    arenaId: 'an-arena',
    bus: relaying,
    log,
    publicationsOf,
    withStates: async (entries) => entries,
  });
  await relay.take(simulation.entries.map((entry) => ({ ...entry, offset: entry.position })));
  relaying.publish('the.end', '');
  const subjects: string[] = [];
  for (let next = await heard.next(); next.subject !== 'the.end'; next = await heard.next())
    subjects.push(next.subject);
  await bus.close();
  return { subjects, lines: log.lines };
}

it('tells the response of a job on its channel', async () => {
  const { subjects, lines } = await toldOf('callers.own.channel');
  expect(subjects).toEqual(['sys.arena.job.create', 'sys.arena.job.update', 'callers.own.channel']);
  expect(lines).toEqual([]);
});

it.each(['arena.request.job', 'sys.arena.job.delete', 'my.ada.response.player_player_action.some-test-job'])(
  'says in the log why it does not on %s, which is reserved by now, and tells all else',
  async (channel) => {
    const { subjects, lines } = await toldOf(channel);
    expect(subjects).toEqual(['sys.arena.job.create', 'sys.arena.job.update']);
    const err: unknown = expect.objectContaining({ message: expect.stringContaining('is reserved') });
    expect(lines).toMatchObject([{ level: 'warn', fields: { subject: channel, root, err } }]);
  },
);
