/** Real requests to try agents with: what the agents of a bundled game were sent, in an arena that lives in memory for as long as it takes. */
import { bundledGames } from '../agents/games/games.ts';
import { loadConfig } from '../config.ts';
import { createContestSchema } from '../protocol/contest-input.ts';
import { flatJobs } from '../protocol/jobs.ts';
import type { AgentRequest } from '../protocol/messages.ts';
import { isContestEnd } from '../protocol/states.ts';
import { type Arena, type Context, UsageError } from './context.ts';

/** Enough for views with a past, and for a flag that is carried. */
const rounds = 4;
const seed = 7;

/** Every prompt of a game that scripted agents have played, in order. */
export async function playedRequests(context: Context, gameName: string | undefined): Promise<AgentRequest[]> {
  const [first] = bundledGames;
  const game = gameName === undefined ? first : bundledGames.find(({ name }) => name === gameName);
  if (!game) throw new UsageError(`There is no bundled game "${gameName}".`);
  const createArena = await context.loadArena();
  // Nothing of the user's own configuration: no database, no port and no bus of theirs is touched.
  const config = loadConfig({ ARENA_DB_URL: 'sqlite::memory:', ARENA_HTTP_PORT: '0', ARENA_LOG_LEVEL: 'silent' });
  const arena = await createArena(config);
  try {
    await arena.start();
    const { id } = await arena.contests.create(
      createContestSchema.parse({
        arena: game.arena,
        participants: game.defaultParticipants,
        ...game.settings,
        max_rounds: rounds,
        seed,
        start: true,
      }),
    );
    await ended(arena, id);
    const prompts = flatJobs(await arena.contests.jobs(id)).filter(({ type }) => type === 'prompt');
    return await Promise.all(prompts.map(({ job_id }) => arena.jobs.request(job_id)));
  } finally {
    await arena.close();
  }
}

async function ended(arena: Arena, contestId: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = await arena.contests.follow(contestId, 0, (entries) => {
    for (const { stream, events } of entries) {
      const isOver = events.some((event) => event.type === 'moved' && isContestEnd(String(event.to) as 'complete'));
      if (stream === `contest/${contestId}` && isOver) resolve();
    }
  });
  await promise;
  stop();
}
