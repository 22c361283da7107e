/**
 * Metrics that count what happens: committed entries, as the feed tells of them. What an event means to a count is here, one row
 * for each kind of machine and event; the states are only looked at for what an event does not say.
 */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { JobState } from '../actors/job/state.ts';
import type { CommittedEntry } from '../actors/runtime/journal.ts';
import type { DomainEvent } from '../protocol/entries.ts';
import type { GenerationUsage } from '../protocol/generate-jobs.ts';

/** An answer takes from a few milliseconds (a script) to minutes (a large model). */
const latencyBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180];

/** The parts of events that are counted; each is optional, as it stands in some of them only. */
interface Told extends DomainEvent {
  readonly latency_ms?: number | null;
  readonly fault?: { readonly kind: string; readonly whose: string };
  readonly usage?: Partial<Pick<GenerationUsage, 'input_tokens' | 'output_tokens' | 'cost_usd'>> | null;
  readonly to?: string;
}

type Count = (event: Told, entry: CommittedEntry) => void;

/** Counts an entry; registers what it counts. */
export function createEntryCounts(registry: Registry): (entry: CommittedEntry) => void {
  const registers = [registry];
  const modelOf = createModelLabels();
  const entries = new Counter({
    name: 'arena_entries_total',
    help: 'Journal entries committed, by kind of machine',
    labelNames: ['kind'],
    registers,
  });
  const latency = new Histogram({
    name: 'arena_agent_latency_seconds',
    help: 'From a request to an agent to its answer, by what was asked',
    labelNames: ['asked'],
    buckets: latencyBuckets,
    registers,
  });
  const faults = new Counter({
    name: 'arena_faults_total',
    help: 'Faults of jobs, by kind and by whose they are',
    labelNames: ['kind', 'whose', 'asked'],
    registers,
  });
  const jobsEnded = new Counter({
    name: 'arena_jobs_ended_total',
    help: 'Jobs that have ended, by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const contestMoves = new Counter({
    name: 'arena_contest_transitions_total',
    help: 'Transitions of contests, by the state that they led to',
    labelNames: ['state'],
    registers,
  });
  const roundMoves = new Counter({
    name: 'arena_round_transitions_total',
    help: 'Transitions of rounds, by the state that they led to',
    labelNames: ['state'],
    registers,
  });
  const generationLatency = new Histogram({
    name: 'arena_generation_latency_seconds',
    help: 'From a call of a language model to its answer, by model',
    labelNames: ['model'],
    buckets: latencyBuckets,
    registers,
  });
  const tokens = new Counter({
    name: 'arena_generation_tokens_total',
    help: 'Tokens that language models have read and written, by model',
    labelNames: ['model', 'direction'],
    registers,
  });
  const cost = new Counter({
    name: 'arena_generation_cost_usd_total',
    help: 'What generations have cost in US dollars, by model, where its price is known',
    labelNames: ['model'],
    registers,
  });
  const generationFaults = new Counter({
    name: 'arena_generation_faults_total',
    help: 'Faults of generations, by kind, by whose they are and by model',
    labelNames: ['kind', 'whose', 'model'],
    registers,
  });

  const fault: Count = ({ fault: { kind, whose } = { kind: '', whose: '' } }, entry) =>
    faults.inc({ kind, whose, asked: askedOf(entry) });
  const ended =
    (outcome: string): Count =>
    (_event, { state }) =>
      jobsEnded.inc({ type: (state as Exclude<JobState, { state: 'none' }> | undefined)?.type ?? '', outcome });

  const counts: Readonly<Record<string, Readonly<Record<string, Count>>>> = {
    job: {
      answered({ latency_ms }, entry) {
        if (isOfAgent(entry) && typeof latency_ms === 'number')
          latency.observe({ asked: askedOf(entry) }, latency_ms / 1_000);
      },
      faulted: fault,
      late_answer: fault,
      completed: ended('complete'),
      failed: ended('fail'),
      cancelled: ended('cancelled'),
    },
    contest: { moved: ({ to = '' }) => contestMoves.inc({ state: to }) },
    round: { moved: ({ to = '' }) => roundMoves.inc({ state: to }) },
    generation: {
      answered({ latency_ms, usage }, entry) {
        const model = modelOf(entry);
        if (typeof latency_ms === 'number') generationLatency.observe({ model }, latency_ms / 1_000);
        tokens.inc({ model, direction: 'input' }, usage?.input_tokens ?? 0);
        tokens.inc({ model, direction: 'output' }, usage?.output_tokens ?? 0);
        cost.inc({ model }, usage?.cost_usd ?? 0);
      },
      faulted: ({ fault: { kind, whose } = { kind: '', whose: '' } }, entry) =>
        generationFaults.inc({ kind, whose, model: modelOf(entry) }),
    },
  };

  return (entry) => {
    entries.inc({ kind: entry.kind });
    const ofKind = counts[entry.kind];
    if (ofKind) for (const event of entry.events) ofKind[event.type]?.(event, entry);
  };
}

/** The prompt type or `health` for what an agent is asked, else the type of the job. */
function askedOf({ state }: CommittedEntry): string {
  const job = state as JobState | undefined;
  if (!job || job.state === 'none') return '';
  const { task } = job.spec;
  return task.type === 'prompt' ? task.prompt_type : task.type;
}

function isOfAgent({ state }: CommittedEntry): boolean {
  const job = state as JobState | undefined;
  return job !== undefined && job.state !== 'none' && ['prompt', 'health'].includes(job.spec.task.type);
}

/** Anybody can ask for a model of any name: so many have a label of their own, and the rest share one. */
const modelLabelsMax = 200;

function createModelLabels(): (entry: CommittedEntry) => string {
  const known = new Set<string>();
  return ({ state }) => {
    const model = (state as { spec?: { model?: string } } | undefined)?.spec?.model ?? '';
    if (model.startsWith('TEST:')) return 'TEST';
    if (known.size < modelLabelsMax) known.add(model);
    return known.has(model) ? model : 'other';
  };
}
