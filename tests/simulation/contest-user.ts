/**
 * Somebody who makes a contest in a simulated arena and steers it: starts, pauses, steps, cancels, plays a round again, forks it, copies it,
 * asks again what was not answered, and when everything has healed sees to it that it is played to its end.
 */
import type { ContestDocument } from '../../src/protocol/contest.ts';
import type { ContestAction, CreateContest } from '../../src/protocol/contest-input.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import type { Draws } from '../support/draws.ts';
import type { ArenaProcess } from './arena-process.ts';
import type { Chaos } from './chaos.ts';
import type { User } from './users.ts';

export interface ContestUserOptions {
  readonly id: string;
  /** Left out for one that is there already. */
  readonly input?: CreateContest;
  readonly draws: Draws;
  readonly chaos: Chaos;
  /** Told of every reply as it comes. */
  readonly replied: (document: ContestDocument) => void;
  /** Asks over the bus, where an answer is not waited for. */
  readonly advanceOverBus: (contest: string, state: ContestDocument['state']) => void;
}

type Deed = (arena: ArenaProcess, contest: ContestDocument) => Promise<unknown>;

export function createContestUser(options: ContestUserOptions): User {
  const { id, input, draws, chaos } = options;
  /** What it does once, when its time comes. */
  const deeds: Deed[] = [];
  let isMade = input === undefined;
  let isOver = false;
  let commands = 0;
  let repeated: { action: ContestAction; commandId: string } | null = null;

  if (draws.chance(0.15)) deeds.push((arena) => act(arena, 'cancel'));
  if (input && draws.chance(0.5)) deeds.push(playAgain);
  if (input && draws.chance(0.4)) deeds.push(fork);
  if (input && draws.chance(0.3)) deeds.push(copy);

  function note(document: ContestDocument): ContestDocument {
    isMade = true;
    isOver = document.state === 'complete' || document.state === 'cancelled';
    options.replied(document);
    return document;
  }

  async function make({ contests }: ArenaProcess): Promise<void> {
    if (!input || isMade) return;
    try {
      note(await contests.create(input));
    } catch (error) {
      // It was made, and the answer was lost.
      if (!(error instanceof ArenaError) || error.code !== 'conflict') throw error;
    }
  }

  /** With an id of its own now and then, and the same once more when its answer may have been lost. */
  async function act({ contests }: ArenaProcess, action: ContestAction): Promise<void> {
    commands += 1;
    if (!repeated || draws.chance(0.5))
      repeated = draws.chance(0.5) ? { action, commandId: `${id}-command-${commands}` } : null;
    const sent = repeated ? { commandId: repeated.commandId } : {};
    note(await contests.act(id, repeated?.action ?? action, sent));
  }

  function playAgain({ contests }: ArenaProcess, { current_round: round }: ContestDocument): Promise<unknown> {
    return contests.restartRound(id, round ?? 0);
  }

  async function fork({ contests }: ArenaProcess, { current_round: round }: ContestDocument): Promise<void> {
    // From the end of a round: the one that is played now has not ended.
    if (!round) deeds.unshift(fork);
    else await contests.fork(id, { round_no: round - 1, overrides: { seed: draws.between(0, 9) } });
  }

  async function copy({ contests }: ArenaProcess): Promise<void> {
    await contests.restore(await contests.snapshot(id), { asNew: true });
  }

  function drawAction({ state, paused, auto_advance }: ContestDocument): ContestAction | null {
    // One that was to start at once has started, however it was made.
    if (state === 'created') return input?.start ? null : 'start';
    if (state === 'fail') return 'retry';
    if (paused && draws.chance(0.7)) return 'resume';
    if (chaos.isHealed) return auto_advance ? null : 'advance';
    return draws.chance(0.1) ? 'pause' : 'advance';
  }

  return {
    isContent: () => isOver,
    async next(arena) {
      await make(arena);
      const contest = note(await arena.contests.get(id));
      if (!isOver && contest.current_round !== null && draws.chance(0.3)) {
        const deed = deeds.pop();
        if (deed) return deed(arena, contest);
      }
      const action = isOver ? null : drawAction(contest);
      if (action === 'advance' && draws.chance(0.3)) options.advanceOverBus(id, contest.state);
      else if (action) await act(arena, action);
    },
  };
}
