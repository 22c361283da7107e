/** Stepping a contest at a speed that can be read along. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Clock } from '../../src/actors/runtime/ports.ts';
import { createHttpClient } from '../../src/cli/http-client.ts';
import { paceContest } from '../../src/cli/live/pace.ts';
import { contestExample } from '../../src/http/examples/inputs.ts';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import { startServer, type TestServer } from '../http/server.ts';
import { realClock } from '../support/clock.ts';
import { round } from './documents.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.close());

/** Time that passes at once, and is counted. */
function countingClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    ...realClock,
    waits,
    after: (delayMs, callback) => {
      waits.push(delayMs);
      return realClock.after(0, callback);
    },
  };
}

/** A contest that goes through these states, one an advance; a number is a refusal in between. */
async function contestOf(states: (Partial<ContestDocument> | 'nothing due')[]) {
  const { id } = await server.contests.create(createContestSchema.parse({ ...contestExample, start: false }));
  const left = [...states];
  server.contests.act = async () => {
    const next = left.shift();
    if (next === 'nothing due') throw new ArenaError({ code: 'conflict', message: 'Answers are awaited.' });
    if (next) server.contests.commit(id, { type: 'moved' }, next);
    return server.contests.get(id);
  };
  return { id, left };
}

async function pace(id: string, speed: number) {
  const clock = countingClock();
  const client = createHttpClient({ url: server.url, clock });
  await paceContest({ client, contestId: id, clock, signal: new AbortController().signal, speed });
  return clock.waits;
}

const story = 'x'.repeat(200);
const game: Partial<ContestDocument>[] = [
  { state: 'in_round', rounds: [round({ state: 'awaiting_actions' })] },
  { state: 'in_round', rounds: [round({ state: 'presenting_results', ending_narrative: story })] },
  { state: 'complete', end_reason: 'draw' },
];

it('steps to the end, giving the story the time that reading it takes', async () => {
  const { id, left } = await contestOf(game);
  expect(await pace(id, 1)).toEqual([120, 700, 2_800]);
  expect(left).toEqual([]);
});

it('waits less at a higher speed', async () => {
  const { id } = await contestOf(game);
  expect(await pace(id, 2)).toEqual([60, 350, 1_400]);
});

it('tries again when nothing is due yet', async () => {
  const { id, left } = await contestOf(['nothing due', 'nothing due', ...game]);
  expect(await pace(id, 1)).toEqual([120, 120, 120, 120, 120, 700, 2_800]);
  expect(left).toEqual([]);
});
