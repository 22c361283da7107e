/** The panel's pictures of a contest, held against what the arena itself says of it at every position of the journal. */
import { describe, expect, it } from 'vitest';
import { bundledGames } from '../../src/agents/games/bundled-games.ts';
import { createClient } from '../../src/client/client.ts';
import type { ContestDocument, RoundDocument } from '../../src/protocol/contest.ts';
import { History } from '../../src/web/story/history.ts';
import { allJobs, latencyOf, type Picture, type Round } from '../../src/web/story/picture.ts';
import { startApp } from '../app/running-app.ts';
import { launchGame } from './launched-game.ts';

const seed = 20_261_122;

describe.each(bundledGames.map((game) => [game.name, game] as const))('%s', (_name, game) => {
  it(`looks at every position as the arena says that it was (seed ${seed})`, async () => {
    const app = await startApp();
    const arena = createClient({ url: app.url });
    const { arena: place, defaultParticipants: participants, settings } = game;
    const { id } = await arena.contests.create({
      arena: place,
      participants,
      ...settings,
      max_rounds: 4,
      seed,
      start: true,
    });
    const history = new History();
    const stop = new AbortController();
    for await (const entry of arena.contests.follow(id, { signal: stop.signal })) {
      history.add(entry);
      if (history.last.contest?.state === 'complete') break;
    }
    stop.abort();

    for (let position = history.position; position >= 1; position -= 1) {
      const shown = history.at(position);
      expect(contestOf(shown), `at ${position}`).toEqual(contestSaid(await arena.contests.stateAt(id, position)));
    }
    const jobs = await arena.contests.jobs(id);
    const known = allJobs(history.last);
    expect(known.length).toBeGreaterThan(jobs.length);
    expect(known.filter(({ state }) => state !== 'complete')).toEqual([]);
  });
});

describe('a fork, and a round that is played again', () => {
  it('look as the arena says at every position', async () => {
    const app = await startApp();
    const arena = createClient({ url: app.url });
    const id = await launchGame(arena, { max_rounds: 2, seed });
    await expect.poll(async () => (await arena.contests.get(id)).state).toBe('complete');
    const fork = await arena.contests.fork(id, { round_no: 0, overrides: { auto_advance: false } });
    await arena.contests.act(fork.id, 'start');
    const step = () => arena.contests.act(fork.id, 'advance').catch(() => arena.contests.get(fork.id));
    const stateOfRound = async () => (await step()).rounds.at(-1)?.state;
    await expect.poll(stateOfRound, { timeout: 20_000 }).toBe('judging_actions');
    await arena.contests.restartRound(fork.id, 1);
    await expect.poll(stateOfRound, { timeout: 20_000 }).toBe('applying_effects');

    const history = new History();
    for (const entry of await arena.contests.entries(fork.id)) history.add(entry);
    expect(history.last.rounds.map(({ restarts }) => restarts)).toEqual([0, 1]);
    for (let position = 1; position <= history.position; position += 1) {
      expect(contestOf(history.at(position)), `at ${position}`).toEqual(
        contestSaid(await arena.contests.stateAt(fork.id, position)),
      );
    }
  });
});

describe('a history', () => {
  it('refuses an entry that comes twice, and one that comes too early', () => {
    const history = new History();
    const entry = {
      stream: 'contest/a-b-c',
      seq: 1,
      kind: 'contest',
      events: [],
      command_id: 'x',
      caused_by: null,
      at: 1,
    };
    history.add({ ...entry, position: 1 });
    expect(() => history.add({ ...entry, position: 1 })).toThrow('entry 1 came after 1');
    expect(() => history.add({ ...entry, position: 3 })).toThrow('entry 3 came after 1');
  });

  it('passes over machines and events that it does not know', () => {
    const history = new History();
    const entry = { stream: 'contest/a-b-c', seq: 1, command_id: 'x', caused_by: null, at: 1 };
    history.add({ ...entry, position: 1, kind: 'tournament', events: [{ type: 'drawn' }] });
    history.add({ ...entry, position: 2, kind: 'contest', events: [{ type: 'toString' }] });
    expect(history.last.position).toBe(2);
    expect(history.last.contest).toBeNull();
  });
});

function contestOf({ contest, rounds, position }: Picture) {
  return {
    position,
    state: contest?.state,
    paused: contest?.paused,
    winner_id: contest?.winnerId,
    end_reason: contest?.endReason,
    error: contest?.error,
    start_time: contest?.startTime,
    end_time: contest?.endTime,
    current_round: contest?.roundNumber,
    seats: contest?.seats.map((seat) => ({
      id: seat.id,
      name: seat.name,
      state: seat.state,
      faults: seat.faults,
      latencyMs: latencyOf(contest, seat),
    })),
    rounds: rounds.map(roundOf),
  };
}

function contestSaid(document: ContestDocument): ReturnType<typeof contestOf> {
  const { position, state, paused, winner_id, end_reason, error, start_time, end_time, current_round } = document;
  return {
    position,
    state,
    paused,
    winner_id,
    end_reason,
    error,
    start_time,
    end_time,
    current_round,
    seats: document.participants.map(({ id, name, state, faults_count, last_latency_ms }) => ({
      id,
      name,
      state,
      faults: faults_count,
      latencyMs: last_latency_ms,
    })),
    rounds: document.rounds.map(roundSaid),
  };
}

function roundOf(round: Round) {
  return {
    number: round.number,
    state: round.state,
    endingNarrative: round.endingNarrative,
    features: round.world.features,
    start: round.start,
    players: round.world.players.map((player) => ({
      ...player,
      action: round.actions.find(({ id }) => id === player.id)?.action ?? null,
      result: round.rulings.find(({ id }) => id === player.id)?.ruling ?? null,
    })),
  };
}

function roundSaid(round: RoundDocument): ReturnType<typeof roundOf> {
  return {
    number: round.round_no,
    state: round.state,
    endingNarrative: round.ending_narrative,
    features: round.features,
    start: round.start,
    players: round.players.map(({ faults: _, ...player }) => player),
  };
}
