/** A seed is the game: the bundled games, played by fresh participants with the same seed, go the same way; with another, another. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type BundledGame, bundledGames } from '../../src/agents/games/games.ts';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import { type RunningApp, startApp } from './running-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
});

async function play(game: BundledGame, seed: number, change: object = {}): Promise<ContestDocument> {
  const input = {
    arena: game.arena,
    participants: game.defaultParticipants,
    ...game.settings,
    seed,
    start: true,
    ...change,
  };
  return app.client.reach((await app.client.create(input)).id, 'complete');
}

/** What was played, with ids replaced by whose they are, and without what depends on the clock. */
function gameOf(contest: ContestDocument): unknown {
  const features = contest.rounds[0]?.start.features ?? [];
  const names: [id: string, name: string][] = [
    ...contest.participants.map(({ id, name }): [string, string] => [id, name]),
    ...features.map(({ id, name }, index): [string, string] => [id, `${name} (${index})`]),
  ];
  const { end_reason, winner_id, rounds } = contest;
  const played = rounds.map(({ stats, ...round }) => ({ ...round, actions_count: stats.actions_count }));
  return JSON.parse(
    names.reduce((text, [id, name]) => text.replaceAll(id, name), JSON.stringify({ end_reason, winner_id, played })),
  );
}

describe.each(bundledGames)('$name', (game) => {
  it('is the same game with the same seed, and another with another', async () => {
    const [first, second, other] = [await play(game, 7), await play(game, 7), await play(game, 8)];
    expect(first.rounds.length).toBeGreaterThan(1);
    expect(second.participants[0]?.id).not.toBe(first.participants[0]?.id);
    expect(gameOf(second)).toEqual(gameOf(first));
    expect(gameOf(other)).not.toEqual(gameOf(first));
  });

  it('is the same game when it is played next to others, and when players start where the seed puts them', async () => {
    const drawn = { player_positions: [] };
    const [first, second] = await Promise.all([play(game, 9, drawn), play(game, 9, drawn), play(game, 10, drawn)]);
    expect(gameOf(second)).toEqual(gameOf(first));
  });

  it('comes to an end with whatever seed, and nobody is ever at fault', async () => {
    const seeds = Array.from({ length: 5 }, (_, index) => 100 + index);
    for (const contest of await Promise.all(seeds.map((seed) => play(game, seed)))) {
      expect(contest.end_reason).not.toBeNull();
      expect(contest.participants.map(({ faults_count }) => faults_count)).toEqual([0, 0, 0, 0, 0]);
    }
  });
});
