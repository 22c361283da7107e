/** Whole games between scripted agents, in process, over many seeds: they end, keep to the rules, and are not all the same. */
import { describe, expect, test } from 'vitest';
import { bundledGames } from '../../src/agents/games/games.ts';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { type PlayedGame, playGame } from './simulation.ts';

const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

describe.each(bundledGames.map((game) => [game.name, game] as const))('%s', (_name, game) => {
  test('is taken by the arena as it is', () => {
    const body = { arena: game.arena, participants: game.defaultParticipants, ...game.settings, start: true };
    expect(createContestSchema.safeParse(body).error).toBeUndefined();
  });

  test('ends within its rounds for 200 seeds, with every player winning some, and no move refused', async () => {
    const played: PlayedGame[] = [];
    for (const seed of seeds) played.push(await playGame(game, seed));
    expect(played.flatMap(({ refusals }) => refusals)).toEqual([]);
    const winners = new Set(played.map(({ winnerName }) => winnerName).filter((name) => name !== null));
    expect([...winners].sort()).toHaveLength(2);
    expect(played.filter(({ winner }) => winner === null).length).toBeLessThan(seeds.length / 4);
    const lengths = played.map(({ rounds }) => rounds.length).sort((a, b) => a - b);
    expect(lengths[100]).toBeGreaterThanOrEqual(8);
    expect(lengths[100]).toBeLessThanOrEqual(20);
    expect(new Set(played.map(({ narratives }) => narratives.join())).size).toBeGreaterThan(190);
  });

  test.each([
    [['script:runner', 'script:thief', 'script:explorer', 'script:cautious']],
    [['script:guardian', 'script:random', 'script:random']],
    [['script:random']],
  ])('is played legally by %j', async (models) => {
    for (const seed of seeds.slice(0, 25)) expect((await playGame(game, seed, models)).refusals).toEqual([]);
  });

  test('is the same game again for the same seed', async () => {
    expect(await playGame(game, 11)).toEqual(await playGame(game, 11));
  });
});
