/**
 * Contests that are in the middle of a round when the arena is killed: how much memory each takes while it is live, and how long the
 * next process needs until all of them go on.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { isContestOver } from './arena-calls.ts';
import { type Stage, setStage } from './stage.ts';

export interface Recovery {
  readonly contests: number;
  readonly heapBytesPerContest: number;
  readonly residentBytesPerContest: number;
  /** From the start of the process until it serves, with nothing to bring back. */
  readonly emptyStartMs: number;
  /** From the start of the process until it serves with all contests brought back. */
  readonly startMs: number;
  /** From the start of the process until the agents have the request of each contest again. */
  readonly requestsAgainMs: number;
}

/** The step in whose middle they are: the judge is asked and does not answer. */
const heldKind = 'judge_apply_effects';
const launchedAtOnce = 32;
const pollMs = 5;

export async function measureRecovery(contests: number, profile: string | null = null): Promise<Recovery> {
  const stage = await setStage({ responseTimeoutMs: 3_600_000, profile });
  try {
    await stage.arena().stop();
    const emptyStartMs = await timed(stage.startArena);
    await playOne(stage);
    const before = await stage.arena().call('memory', undefined);
    await stage.agents.call('hold', heldKind);
    await launchAll(stage, contests);
    await heldJobs(stage, contests);
    const live = await stage.arena().call('memory', undefined);
    await stage.killArena();
    await stage.agents.call('recount', undefined as never);

    const start = performance.now();
    const startMs = await timed(stage.startArena);
    await heldJobs(stage, contests);
    const requestsAgainMs = performance.now() - start;
    await playToTheEnd(stage, contests);
    return {
      contests,
      heapBytesPerContest: (live.heapBytes - before.heapBytes) / contests,
      residentBytesPerContest: (live.residentBytes - before.residentBytes) / contests,
      emptyStartMs,
      startMs,
      requestsAgainMs,
    };
  } finally {
    await stage.close();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** So that what is loaded at the first use is in memory before it is measured. */
async function playOne(stage: Stage): Promise<void> {
  const over = Promise.withResolvers<void>();
  stage.onOver((subject) => isContestOver(subject) && over.resolve());
  await stage.launch();
  await over.promise;
}

async function launchAll(stage: Stage, contests: number): Promise<void> {
  let left = contests;
  const launchSome = async () => {
    while (left > 0) {
      left -= 1;
      await stage.launch();
    }
  };
  await Promise.all(Array.from({ length: launchedAtOnce }, launchSome));
}

/** Resolves when the agents hold a request of each contest. */
async function heldJobs(stage: Stage, contests: number): Promise<void> {
  while ((await stage.agents.call('held', undefined as never)).jobs < contests) await wait(pollMs);
}

/** Lets the agents answer; resolves when every contest has ended, so that a figure never stands for contests that were lost. */
async function playToTheEnd(stage: Stage, contests: number): Promise<void> {
  const ended = Promise.withResolvers<void>();
  let left = contests;
  stage.onOver((subject) => {
    if (!isContestOver(subject)) return;
    left -= 1;
    if (left === 0) ended.resolve();
  });
  await stage.agents.call('hold', null);
  await ended.promise;
}
