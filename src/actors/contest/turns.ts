/** The turns of a contest, read out of its journal: each prompt with the view that was sent, the answer, and what came of it. Pure. */
import type { Json } from '../../protocol/json.ts';
import type { RoundEffects } from '../../protocol/messages.ts';
import type { Turn } from '../../protocol/turns.ts';
import { jobEvents, taskAfter } from '../job/entries.ts';
import { answerData } from '../job/result.ts';
import {
  type ExistingJob,
  isFinalJob,
  type JobState,
  type PromptTask,
  type RenderedPrompt,
  type ViewRecord,
} from '../job/state.ts';
import { actionIn, rulingIn } from '../round/answers.ts';
import { noAction } from '../round/state.ts';
import { type MachineOf, statesAlong } from '../runtime/fold.ts';
import type { Entry } from '../runtime/journal.ts';
import type { Address } from '../runtime/machine.ts';
import type { Steps } from '../runtime/steps.ts';
import { contestIn } from './reading.ts';
import { renderPrompt } from './view.ts';

/** A prompt as it was last asked, with the answer to it. */
interface Asked {
  readonly task: PromptTask;
  readonly position: number;
  readonly askedAt: number;
  readonly view: ViewRecord;
  /** What was sent; null when another version of the program showed it. */
  readonly data: Json;
  raw: string | null;
}

interface Prompt extends Asked {
  readonly job: ExistingJob;
}

/** `entries` are a contest's from its first on. */
export function* turnsOf(root: string, machineOf: MachineOf, entries: readonly Entry[]): Steps<Turn[]> {
  const states = new Map<Address, unknown>();
  const asked = new Map<Address, Asked>();
  const folded = statesAlong(machineOf, entries, states);
  const scopeAt = (position: number) => ({ root, position, stateOf: (address: Address) => states.get(address) });

  for (const entry of entries) {
    if (entry.kind === 'job') readJob(entry);
    folded.next();
    yield;
  }

  const prompts = [...asked].map(([address, one]): Prompt => ({ ...one, job: states.get(address) as ExistingJob }));
  const contest = contestIn(scopeAt(entries.length));
  return prompts.map((prompt, index) => {
    const seat = contest.seats.find(({ id }) => id === prompt.task.participant_id);
    return {
      contest_id: contest.id,
      participant_name: seat?.name ?? '',
      role: seat?.role ?? 'player',
      ...ofPrompt(prompt),
      ...outcomeOfAction(prompt, prompts.slice(index + 1)),
    };
  });

  function readJob({ stream, position, at, ...entry }: Entry): void {
    const events = jobEvents(entry);
    const task = taskAfter(states.get(stream) as JobState | undefined, events);
    for (const event of events) {
      const before = asked.get(stream);
      if (event.type === 'requested' && task?.type === 'prompt' && event.view) {
        const isShownBefore = before?.view.hash === event.view.hash;
        asked.set(stream, {
          task,
          position,
          askedAt: before?.askedAt ?? at,
          view: event.view,
          data: isShownBefore ? before.data : dataOf(event.view, renderPrompt(scopeAt(position - 1), task)),
          raw: null,
        });
      }
      if (event.type === 'answered' && before) before.raw = event.raw;
    }
  }
}

function dataOf(view: ViewRecord, rendered: RenderedPrompt): Json {
  return rendered.hash === view.hash ? (JSON.parse(rendered.data.toString()) as Json) : null;
}

function ofPrompt({ task, job, position, askedAt, view, data, raw }: Prompt) {
  return {
    round_no: task.round_no,
    prompt_type: task.prompt_type,
    participant_id: task.participant_id,
    about: task.about,
    job_id: job.id,
    outcome: isFinalJob(job) ? job.state : ('open' as const),
    attempts: job.attempt,
    asked_at: askedAt,
    ended_at: isFinalJob(job) ? job.ended_at : null,
    latency_ms: job.latency_ms,
    position,
    view_version: view.version,
    view_hash: view.hash,
    view: data,
    raw,
    answer: answerOf(job),
    message: isFinalJob(job) ? job.message : '',
    model: job.usage?.model ?? null,
    input_tokens: job.usage?.input_tokens ?? null,
    output_tokens: job.usage?.output_tokens ?? null,
    cost_usd: job.usage?.cost_usd ?? null,
    faults: [...job.faults],
  };
}

function answerOf(job: ExistingJob): Json {
  return job.state === 'complete' ? job.data : null;
}

/** What became of a player's action: the first ruling and the first effects that follow in its round. */
function outcomeOfAction(prompt: Prompt, later: readonly Prompt[]): Pick<Turn, 'action' | 'ruling' | 'effects'> {
  const { task, job } = prompt;
  if (task.prompt_type !== 'player_player_action' || !isFinalJob(job))
    return { action: null, ruling: null, effects: null };
  const ofRound = later.filter((one) => one.task.round_no === task.round_no && answerOf(one.job) !== null);
  const ruling = ofRound.find((one) => one.task.about === task.participant_id);
  const effects = ofRound.find((one) => one.task.prompt_type === 'judge_apply_effects');
  const action = answerOf(job);
  return {
    action: action ? actionIn(answerData<'player_player_action'>(action)) : noAction,
    ruling: ruling ? rulingIn(answerData<'judge_player_action_judgement'>(answerOf(ruling.job))) : null,
    effects: effects ? effectsOn(task.participant_id, answerData<'judge_apply_effects'>(answerOf(effects.job))) : null,
  };
}

function effectsOn(player: string, { players, features }: RoundEffects): NonNullable<Turn['effects']> {
  return { player: players.findLast(({ id }) => id === player) ?? null, features };
}
