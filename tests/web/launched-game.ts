/** A contest for the panel's tests to look at: a bundled game from one seed, started, with whatever a test wants otherwise. */
import { bundledGames } from '../../src/agents/games/bundled-games.ts';
import type { Client } from '../../src/client/client.ts';

const [first] = bundledGames;
if (!first) throw new Error('there is no bundled game');
export const game = first;

export async function launchGame(arena: Client, change: object = {}): Promise<string> {
  const { id } = await arena.contests.create({
    arena: game.arena,
    participants: game.defaultParticipants,
    ...game.settings,
    seed: 7,
    // On a busy machine an agent that has just been started takes its time.
    health_timeout_ms: 30_000,
    start: true,
    ...change,
  });
  return id;
}
