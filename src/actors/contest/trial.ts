/**
 * Whether a contest from elsewhere can be one of this arena: it is shown in every way and goes on in every way, in memory, before it is taken
 * in. Whoever makes a document can seal it, and one contest that cannot be shown would spoil the lists of all. Pure.
 */
import { z } from 'zod';
import { contestDocumentSchema } from '../../protocol/contest.ts';
import { contestSettingsSchema } from '../../protocol/contest-input.ts';
import { messageOf } from '../../protocol/errors.ts';
import { inputProblems, problemsInWords } from '../../protocol/input-problems.ts';
import { jobNodeSchema } from '../../protocol/jobs.ts';
import type { Json } from '../../protocol/json.ts';
import { type AskType, roles } from '../../protocol/states.ts';
import { jobForest } from '../job/document.ts';
import { projection } from '../projection.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import type { Steps } from '../runtime/steps.ts';
import { contestDocument } from './document.ts';
import { contestMachine } from './machine.ts';
import { contestIn } from './reading.ts';
import { rehearse, type World } from './rehearsal.ts';
import type { ContestCommand, ExistingContest } from './state.ts';
import { contestView } from './view.ts';

/** Among hundreds of players, to ask one costs milliseconds. */
const turnsMax = { goingOn: 200, cancel: 100_000 } as const;

/** Why the contest cannot be taken in as it stands at `at`, the time of its last entry; null when it can. */
export function* trialProblem(folded: FoldedRoot, at: number): Steps<string | null> {
  try {
    const { removed_at, settings } = contestIn(folded);
    if (removed_at !== null) return 'the contest was deleted';
    // What was taken once may be reserved by now, and is so for a contest from elsewhere.
    mustBe(contestSettingsSchema, settings, 'no contest can be made with its settings');
    yield* show(folded);
    for (const world of [failing, answering]) yield* goOn(folded, at, world);
    yield* cancel(folded, at);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function* show(folded: FoldedRoot): Steps<void> {
  mustBe(contestDocumentSchema, contestDocument(folded), 'it cannot be shown');
  yield;
  mustBe(z.array(jobNodeSchema), jobForest(folded), 'its jobs cannot be shown');
  yield;
  // What players see of each other is as much for every one of them.
  const { seats } = contestIn(folded);
  for (const role of roles) {
    const seat = seats.find((one) => one.role === role);
    if (seat) contestView(folded, seat);
    yield;
  }
  for (const { address, machine, state, seq } of folded.actors.values())
    projection.rowsOf({ stream: address, kind: machine.kind, seq, state });
}

function mustBe(schema: z.ZodType, document: unknown, otherwise: string): void {
  const read = schema.safeParse(document);
  if (!read.success) throw new Error(`${otherwise}: ${problemsInWords(inputProblems(read.error))}`);
}

/** Whatever is said to it, and whatever its agents make of it. */
function* goOn(folded: FoldedRoot, at: number, world: World): Steps<void> {
  const rehearsal = rehearse(folded, at, world);
  let isQuiet = yield* rehearsal.run(turnsMax.goingOn);
  for (const command of sayable(contestIn(folded))) {
    rehearsal.say(command);
    isQuiet = yield* rehearsal.run(turnsMax.goingOn);
  }
  if (isQuiet && contestMachine.activity(contestIn(rehearsal.now)) === 'active')
    throw new Error(`it would wait in ${contestIn(rehearsal.now).state} for ever`);
  yield* show(rehearsal.now);
}

/** In an order in which each may be taken. */
function sayable({ round_no }: ExistingContest): ContestCommand[] {
  return [
    { type: 'start' },
    { type: 'resume' },
    { type: 'adjust', settings: { auto_advance: true } },
    { type: 'restart_round', round_no: round_no ?? 0 },
    { type: 'retry' },
  ];
}

/** The caller who cancels it is answered when all that is at work has been cancelled. */
function* cancel(folded: FoldedRoot, at: number): Steps<void> {
  const rehearsal = rehearse(folded, at, () => null);
  rehearsal.say({ type: 'cancel' } satisfies ContestCommand);
  yield* rehearsal.run(turnsMax.cancel);
  const { state } = contestIn(rehearsal.now);
  if (state !== 'cancelled' && state !== 'complete') throw new Error(`it could not be cancelled in ${state}`);
}

const failing: World = ({ attempt }) => ({
  type: 'fault',
  attempt,
  kind: 'unreachable',
  message: 'nobody is there',
  final: true,
});

const answering: World = ({ task }) => {
  if (task.type !== 'prompt' && task.type !== 'health') return null;
  const data = answers[task.type === 'health' ? 'health' : task.prompt_type];
  return { type: 'answer', from: null, body: JSON.stringify({ state: 'complete', data }), compare_job: false };
};

const answers: Readonly<Record<AskType, Json>> = {
  health: { state: 'OK' },
  player_player_action: { action: 'waits' },
  judge_player_action_judgement: { result: 'waited' },
  judge_apply_effects: { players: [], features: [] },
  announcer_describe_arena: 'A scene.',
  announcer_describe_results: 'They waited.',
  arena_generate_features: [],
};
