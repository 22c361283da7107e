/**
 * How many rounds and calls a second: the arena and the two references in short slices by turns, so that whatever else the machine does
 * meets all of them; medians of the slices are reported.
 */
import { isContestOver } from './arena-calls.ts';
import { median, percentile } from './gaps.ts';
import { type Child, startChild } from './processes.ts';
import type { ReferenceCalls } from './reference-process.ts';
import type { Stage } from './stage.ts';

/** Contests that are let run before the first slice, until everything is compiled. */
const warmUpMs = 3_000;

export interface Rate {
  readonly roundsPerSecond: number;
  readonly callsPerSecond: number;
  /** Processor time of the process that asks. */
  readonly cpuMsPerRound: number;
}

export interface Level {
  readonly contests: number;
  readonly arena: Rate;
  readonly nothingKept: Rate | null;
  readonly bound: Rate | null;
  /** The arena's share of the bound. */
  readonly shareOfBound: { readonly rounds: number; readonly calls: number } | null;
  /** From an agent's answer to the next step's request, as the agents see it. */
  readonly addedMs: { readonly p50: number | null; readonly p99: number | null };
  readonly commitsPerRound: number;
  readonly entriesPerCommit: number;
}

export interface Measuring {
  readonly seconds: number;
  readonly slices: number;
}

export async function measureThroughput(
  stage: Stage,
  levels: readonly number[],
  measuring: Measuring,
): Promise<Level[]> {
  const play = createPlayer(stage);
  await play(8, warmUpMs);
  const reference = stage.natsUrl === '' ? null : await openReference(stage);
  try {
    for (const durable of [false, true])
      await reference?.call('play', { contests: 8, durable, milliseconds: warmUpMs / 2, bodies: {} });
    const measured: Level[] = [];
    for (const contests of levels) measured.push(await measureLevel(stage, play, reference, contests, measuring));
    return measured;
  } finally {
    await reference?.stop();
  }
}

function openReference(stage: Stage): Promise<Child<ReferenceCalls>> {
  return startChild<ReferenceCalls>('./reference-process.ts', {
    args: [stage.natsUrl, `sqlite:${stage.folder}/reference.db`],
  });
}

async function measureLevel(
  stage: Stage,
  play: Player,
  reference: Child<ReferenceCalls> | null,
  contests: number,
  { seconds, slices }: Measuring,
): Promise<Level> {
  const milliseconds = (seconds * 1_000) / slices;
  const bodies = await stage.agents.call('samples', undefined as never);
  const arena: Slice[] = [];
  const nothingKept: Rate[] = [];
  const bound: Rate[] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    arena.push(await play(contests, milliseconds));
    if (!reference) continue;
    nothingKept.push(
      await reference.call('play', { contests, durable: false, milliseconds: milliseconds / 2, bodies }),
    );
    bound.push(await reference.call('play', { contests, durable: true, milliseconds: milliseconds / 2, bodies }));
  }
  const rate = medianRate(arena);
  const boundRate = reference && medianRate(bound);
  const gaps = arena.flatMap((slice) => slice.gaps);
  const total = (pick: (slice: Slice) => number) => arena.reduce((sum, slice) => sum + pick(slice), 0);
  return {
    contests,
    arena: rate,
    nothingKept: reference && medianRate(nothingKept),
    bound: boundRate,
    shareOfBound: boundRate && {
      rounds: rate.roundsPerSecond / boundRate.roundsPerSecond,
      calls: rate.callsPerSecond / boundRate.callsPerSecond,
    },
    addedMs: { p50: percentile(gaps, 0.5), p99: percentile(gaps, 0.99) },
    commitsPerRound: total((slice) => slice.commits) / total((slice) => slice.rounds),
    entriesPerCommit: total((slice) => slice.entries) / total((slice) => slice.commits),
  };
}

function medianRate(rates: readonly Rate[]): Rate {
  return {
    roundsPerSecond: median(rates.map((rate) => rate.roundsPerSecond)),
    callsPerSecond: median(rates.map((rate) => rate.callsPerSecond)),
    cpuMsPerRound: median(rates.map((rate) => rate.cpuMsPerRound)),
  };
}

interface Slice extends Rate {
  readonly rounds: number;
  readonly gaps: number[];
  readonly commits: number;
  readonly entries: number;
}

/**
 * Plays contests one after the other, so many at once. Counting begins when as many have ended as are played at once, so that they
 * are spread over their rounds and not all in the role call, and goes on for so long; what has begun is let end.
 */
type Player = (contests: number, milliseconds: number) => Promise<Slice>;

function createPlayer(stage: Stage): Player {
  let contestOver = () => {};
  let rounds = 0;
  stage.onOver((subject) => {
    if (isContestOver(subject)) contestOver();
    else rounds += 1;
  });
  const answered = () => stage.agents.call('answered', undefined as never);

  return async (contests, milliseconds) => {
    const counted = Promise.withResolvers<Rate>();
    const ended = Promise.withResolvers<void>();
    const launch = () => void stage.launch().catch(ended.reject);
    await stage.agents.call('gaps', undefined as never);
    await stage.arena().call('counts', undefined);
    const before = rounds;
    let over = 0;
    let running = contests;
    let began: { at: number; rounds: number; answered: Promise<number> } | null = null;
    contestOver = () => {
      over += 1;
      if (over === contests) began = { at: performance.now(), rounds, answered: answered() };
      const elapsed = began ? performance.now() - began.at : 0;
      if (elapsed < milliseconds) return launch();
      if (running === contests && began)
        counted.resolve(rateOf(rounds - began.rounds, elapsed / 1_000, began.answered));
      running -= 1;
      if (running === 0) ended.resolve();
    };
    for (let index = 0; index < contests; index += 1) launch();
    await ended.promise;
    const { cpuMs, commits, entries } = await stage.arena().call('counts', undefined);
    const played = rounds - before;
    return {
      ...(await counted.promise),
      cpuMsPerRound: cpuMs / played,
      rounds: played,
      gaps: await stage.agents.call('gaps', undefined as never),
      commits,
      entries,
    };
  };

  async function rateOf(inTime: number, seconds: number, answeredBefore: Promise<number>): Promise<Rate> {
    const calls = (await answered()) - (await answeredBefore);
    return { roundsPerSecond: inTime / seconds, callsPerSecond: calls / seconds, cpuMsPerRound: 0 };
  }
}
