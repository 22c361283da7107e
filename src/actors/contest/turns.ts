/** The turns of a contest, read out of its journal: each prompt with the view that was sent, the answer, and what came of it. Pure. */
import type { ActionTaken, Ruling } from '../../protocol/contest.ts';
import type { Json } from '../../protocol/json.ts';
import type { Judgement, PlayerAction, RoundEffects } from '../../protocol/messages.ts';
import type { Turn } from '../../protocol/turns.ts';
import { isFinalJob } from '../job/progress.ts';
import type { ExistingJob, JobEvent, JobState, PromptTask, RenderedPrompt, ViewRecord } from '../job/state.ts';
import { noAction } from '../round/state.ts';
import { type MachineOf, statesAlong } from '../runtime/fold.ts';
import type { Entry } from '../runtime/journal.ts';
import type { Address } from '../runtime/machine.ts';
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
export function turnsOf(root: string, machineOf: MachineOf, entries: readonly Entry[]): Turn[] {
  const states = new Map<Address, unknown>();
  const asked = new Map<Address, Asked>();
  const folded = statesAlong(machineOf, entries, states);
  const scopeAt = (position: number) => ({ root, position, stateOf: (address: Address) => states.get(address) });

  for (const entry of entries) {
    const events = entry.kind === 'job' ? (entry.events as readonly unknown[] as JobEvent[]) : [];
    const task = taskOf(states.get(entry.stream) as JobState | undefined, events);
    for (const event of events) {
      if (event.type === 'requested' && task && event.view) {
        const before = asked.get(entry.stream);
        const isShownBefore = before?.view.hash === event.view.hash;
        asked.set(entry.stream, {
          task,
          position: entry.position,
          askedAt: before?.askedAt ?? entry.at,
          view: event.view,
          data: isShownBefore ? before.data : dataOf(event.view, renderPrompt(scopeAt(entry.position - 1), task)),
          raw: null,
        });
      }
      const known = asked.get(entry.stream);
      if (event.type === 'answered' && known) known.raw = event.raw;
    }
    folded.next();
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
}

function dataOf(view: ViewRecord, rendered: RenderedPrompt): Json {
  return rendered.hash === view.hash ? (JSON.parse(rendered.data) as Json) : null;
}

function taskOf(job: JobState | undefined, events: readonly JobEvent[]): PromptTask | null {
  const created = events.find((event) => event.type === 'job_created');
  const spec = created?.spec ?? (job && job.state !== 'none' ? job.spec : null);
  return spec?.task.type === 'prompt' ? spec.task : null;
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
  return {
    action: actionOf(answerOf(job) as PlayerAction | null),
    ruling: ruling ? rulingOf(answerOf(ruling.job) as unknown as Judgement) : null,
    effects: effects ? effectsOn(task.participant_id, answerOf(effects.job) as unknown as RoundEffects) : null,
  };
}

function actionOf(answer: PlayerAction | null): ActionTaken {
  if (!answer) return noAction;
  return { action: answer.action, target: answer.target ?? null, narration: answer.narration ?? null };
}

function rulingOf({ result, reason, narration, memories }: Judgement): Ruling {
  return { result, reason: reason ?? null, narration: narration ?? null, memories: memories ?? null };
}

function effectsOn(player: string, { players, features }: RoundEffects): NonNullable<Turn['effects']> {
  return { player: players.findLast(({ id }) => id === player) ?? null, features };
}
