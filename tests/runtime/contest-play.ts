/**
 * Plays a contest of the real machines on a journal in memory, with scripted agents, in simulated time. Each append is a commit
 * of its own, and goes wrong where the test says so. Whoever drives it only looks at what is on disk, as a person would after a crash.
 */
import { addressOf, parentOf, rootOf } from '../../src/actors/address.ts';
import { contestDocument } from '../../src/actors/contest/document.ts';
import { contestIn, roundsIn, setupIn } from '../../src/actors/contest/reading.ts';
import type { ContestPlan } from '../../src/actors/contest/state.ts';
import { renderPrompt } from '../../src/actors/contest/view.ts';
import type { OutboundCall } from '../../src/actors/job/state.ts';
import { machineOf, machines } from '../../src/actors/machines.ts';
import { type FoldedRoot, foldRoot } from '../../src/actors/runtime/fold.ts';
import type { CommittedEntry } from '../../src/actors/runtime/journal.ts';
import type { Address, Command } from '../../src/actors/runtime/machine.ts';
import { createRuntime, type Runtime } from '../../src/actors/runtime/runtime.ts';
import type { Handler } from '../../src/agents/asks.ts';
import { bundledGames } from '../../src/agents/games/games.ts';
import { agentOfModel } from '../../src/agents/scripted/scripted-agents.ts';
import type { ContestDocument } from '../../src/protocol/contest.ts';
import type { PromptType } from '../../src/protocol/states.ts';
import { createMemoryJournal, type MemoryFault, type MemoryJournal } from '../persistence/journal-memory.ts';
import { memoryLog } from '../support/clock.ts';
import { createSimulatedClock, turns } from './simulated-time.ts';

const contestId = 'contest-of-crashes';
const root = addressOf.contest(contestId);

/** What an agent does instead of answering well. */
export type Misdeed = 'silent' | 'rubbish';

export interface Play {
  readonly rounds: number;
  readonly stepping?: boolean;
  /** Called for every prompt that is sent. */
  readonly misdeed?: (call: OutboundCall) => Misdeed | null;
  /** Called whenever nothing goes on by itself: time to cancel? */
  readonly cancelWhen?: (folded: FoldedRoot) => boolean;
}

export interface Played {
  readonly document: ContestDocument;
  /** The same without times, latencies and what is derived from positions. */
  readonly story: unknown;
  readonly entries: readonly CommittedEntry[];
  readonly commits: number;
  /** Broken promises: an answer asked for again, another text for the same attempt. */
  readonly broken: readonly string[];
  readonly openAtEnd: readonly string[];
}

/** Plays to the end. The fault meets the commit of its number in the first life; after `halt` a new life goes on from the journal. */
export async function play(what: Play, fault?: { commitNo: number } & MemoryFault): Promise<Played> {
  const broken: string[] = [];
  const bodies = new Map<string, string>();
  let clock = createSimulatedClock();
  let journal: MemoryJournal = createMemoryJournal({ clock, groupEntries: 1 });
  let commits = 0;
  let crashed = false;
  let met = false;
  let activity = 0;
  let life = 0;
  let runtime = bringUp();
  const plan = planOf(what);

  function bringUp(): Runtime {
    life += 1;
    const ownLife = life;
    journal.onCommit(() => {
      activity += 1;
      if (life > 1) return null;
      commits += 1;
      if (met || commits !== fault?.commitNo) return null;
      met = true;
      crashed = fault.outcome === 'halt';
      return fault;
    });
    return createRuntime({
      machines,
      machineOf,
      rootOf,
      parentOf,
      journal,
      clock,
      log: memoryLog(),
      send(outbound, address) {
        if (ownLife === life) void carry(outbound as OutboundCall, address, ownLife);
      },
    });
  }

  async function carry(call: OutboundCall, address: Address, ownLife: number): Promise<void> {
    const kept = journal.load(root);
    const { task } = call;
    if (task.type !== 'prompt' && task.type !== 'health') throw new Error(`a contest sends no ${task.type}`);
    const attempt = `${address} attempt ${call.attempt}`;
    if (isAnswered(await kept, address, call.attempt)) broken.push(`asked again, though answered: ${attempt}`);
    activity += 1;
    const data = task.type === 'health' ? '{}' : await dataOf(call);
    if ((bodies.get(attempt) ?? data) !== data) broken.push(`another text: ${attempt}`);
    bodies.set(attempt, data);
    const misdeed = what.misdeed?.(call);
    if (misdeed === 'silent') return;
    const answer =
      task.type === 'health'
        ? { name: 'scripted', state: 'OK' }
        : misdeed === 'rubbish'
          ? { nonsense: true }
          : await answerOf(task.participant_id, task.prompt_type, data, call);
    if (ownLife !== life) return;
    const body = JSON.stringify({ job_id: call.job_id, state: 'complete', data: answer });
    runtime.tell(address, { type: 'answer', from: task.participant_id, body, compare_job: true } as Command);
  }

  async function dataOf(call: OutboundCall): Promise<string> {
    if (call.prompt) return call.prompt.data.toString();
    if (call.task.type !== 'prompt' || !call.view) throw new Error(`job ${call.job_id} cannot be derived again`);
    const entries = await journal.load(root);
    const rendered = renderPrompt(foldRoot(root, machineOf, entries.slice(0, call.view.position)), call.task);
    if (rendered.hash !== call.view.hash) broken.push(`a view derived again differs: ${call.job_id}`);
    return rendered.data.toString();
  }

  /** Turns the event loop until nothing has happened for a while. */
  async function calm(): Promise<void> {
    for (let before = -1; before !== activity; ) {
      before = activity;
      await turns(15);
    }
  }

  const say = (address: Address, command: object) => {
    runtime.request(address, command as Command).catch(() => {});
  };

  for (let step = 0; step < 2_000; step += 1) {
    await calm();
    if (crashed) {
      crashed = false;
      journal = journal.reopen();
      clock = createSimulatedClock(clock.now() + 1_000);
      runtime = bringUp();
      await runtime.start();
      continue;
    }
    if (runtime.stats().backingOff > 0) {
      clock.goToNextTimer();
      continue;
    }
    const folded = await runtime.read(root);
    if (!folded) {
      runtime.begin(root, { type: 'create', origin: null, ...plan } as Command).catch(() => {});
      continue;
    }
    const contest = contestIn(folded);
    if (contest.state === 'complete' || contest.state === 'cancelled' || contest.state === 'fail') {
      const openAtEnd = (await journal.openRoots()).map((open) => open.root);
      await runtime.stop();
      const entries = await journal.load(root);
      const document = contestDocument(foldRoot(root, machineOf, entries));
      return { document, story: storyOf(document), entries, commits, broken, openAtEnd };
    }
    if (contest.state === 'created') say(root, { type: 'start' });
    else if (contest.cancelled_by === null && what.cancelWhen?.(folded)) say(root, { type: 'cancel' });
    else {
      const halted = haltedIn(folded);
      if (halted) say(halted, { type: 'advance' });
      else if (!clock.goToNextTimer()) throw new Error(`the contest is stuck in ${contest.state}`);
    }
  }
  throw new Error('the contest does not end');
}

function haltedIn(folded: FoldedRoot): Address | null {
  const contest = contestIn(folded);
  if (contest.halted) return root;
  const round = roundsIn(folded, contest).at(-1);
  if (round?.halted) return addressOf.round(contestId, round.round_no);
  const setup = setupIn(folded, contest);
  return setup?.halted ? addressOf.setup(contestId) : null;
}

/** An answer to this attempt that was judged good is on disk. */
function isAnswered(entries: readonly CommittedEntry[], address: Address, attempt: number): boolean {
  return entries.some(
    (entry) =>
      entry.stream === address &&
      entry.events.some((event) => event.type === 'answered' && 'attempt' in event && event.attempt === attempt),
  );
}

const game = bundledGames[0] as (typeof bundledGames)[number];
const models = new Map(game.defaultParticipants.map((seat, index) => [seatId(index), seat.agent.model]));

function seatId(index: number): string {
  return `seat-number-${index}`;
}

function planOf(what: Play): ContestPlan {
  let player = -1;
  return {
    arena: {
      ...game.arena,
      id: 'arena-of-crashes',
      description: game.arena.description,
      max_random_features: 1,
      features: game.arena.features.map((feature, index) => ({ ...feature, id: `fixed-${index}`, origin: 'required' })),
    },
    seats: game.defaultParticipants.map(({ name, role, description }, index) => {
      if (role === 'player') player += 1;
      return {
        id: seatId(index),
        name,
        role,
        description,
        endpoint: 'channel://actor.agent.$AGENT_ID$',
        position: role === 'player' ? (game.settings.player_positions[player] ?? null) : null,
        inventory: [],
      };
    }),
    settings: {
      auto_advance: !what.stepping,
      max_rounds: what.rounds,
      winning_score: 1_000,
      seed: 7,
      response_timeout_ms: 10_000,
      max_attempts: 2,
      max_faults: 3,
      health_timeout_ms: 5_000,
      completion_channel: null,
    },
  };
}

async function answerOf(seat: string, prompt: PromptType, data: string, call: OutboundCall): Promise<unknown> {
  const handler = agentOfModel(models.get(seat) ?? '')?.[prompt] as Handler<PromptType> | undefined;
  if (!handler) throw new Error(`${seat} does not answer ${prompt}`);
  const parsed = JSON.parse(data);
  const ask = { command: prompt, job_id: call.job_id, attempt: call.attempt, participant_id: seat, data: parsed };
  return handler(parsed.contest, { ...ask, signal: new AbortController().signal } as unknown as Parameters<
    typeof handler
  >[1]);
}

const passing = new Set([
  'at',
  'job_id',
  'start_time',
  'end_time',
  'duration_ms',
  'last_latency_ms',
  'slowest_answer_ms',
]);

/** An invented feature's id follows from the position that the contest had reached, which a crash may shift: its name stands for it. */
function storyOf({ position: _, ...document }: ContestDocument): unknown {
  return JSON.parse(
    JSON.stringify(document, (key, value) => {
      if (passing.has(key)) return undefined;
      return value?.origin === 'random' ? { ...value, id: value.name } : value;
    }),
  );
}
