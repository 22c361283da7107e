/**
 * Spans of a trace, read off the journal: one for each attempt of a job, each job, set-up and round, and the root above them. Their
 * ids are derived from addresses, so that a request's `traceparent` names a span before it is told, and a restart changes nothing.
 */
import { hash } from 'node:crypto';
import { kindOf, lastSegment, parentOf, rootOf } from '../actors/address.ts';
import type { JobState } from '../actors/job/state.ts';
import type { CommittedEntry } from '../actors/runtime/journal.ts';
import { traceparentOf } from '../bridge/traceparent.ts';

export interface SpanRecord {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** It went out to somebody else. */
  readonly isCall: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Why it went wrong; null when it did not. */
  readonly error: string | null;
  readonly attributes: Readonly<Record<string, string | number>>;
}

type ExistingJob = Exclude<JobState, { state: 'none' }>;
interface Ending {
  readonly type: string;
  readonly attempt?: number;
  readonly to?: string;
  readonly error?: string;
  readonly message?: string;
  readonly fault?: { readonly attempt: number; readonly kind: string; readonly message: string };
}

export function traceOf(address: string): { traceId: string; spanId: string } {
  const [, traceId = ''] = traceparentOf(address, 0).split('-');
  return { traceId, spanId: hash('sha256', address).slice(0, 16) };
}

/** The spans that an entry ends. */
export function spansEndedBy(entry: CommittedEntry): SpanRecord[] {
  if (entry.state === undefined || entry.adopted) return [];
  const events = entry.events as readonly Ending[];
  if (entry.kind === 'job') return events.flatMap((event) => spansOfJob(entry, entry.state as JobState, event));
  return events.flatMap((event) => spanOfMachine(entry, event));
}

function spansOfJob(entry: CommittedEntry, job: JobState, event: Ending): SpanRecord[] {
  if (job.state === 'none') return [];
  switch (event.type) {
    case 'answered':
      return [attemptSpan(entry, job, event.attempt ?? job.attempt, null)];
    case 'faulted': {
      // An answer that was read and found wanting has ended its attempt already.
      if (!event.fault || (entry.events as readonly Ending[]).some(({ type }) => type === 'answered')) return [];
      const { attempt, kind, message } = event.fault;
      return [attemptSpan(entry, job, attempt, `${kind}: ${message}`)];
    }
    case 'completed':
      return [actorSpan(entry, jobName(job), job.created_at, null)];
    case 'failed':
    case 'cancelled':
      return [actorSpan(entry, jobName(job), job.created_at, event.message ?? event.type)];
    default:
      return [];
  }
}

function attemptSpan(entry: CommittedEntry, job: ExistingJob, attempt: number, error: string | null): SpanRecord {
  const [, traceId = '', spanId = ''] = traceparentOf(entry.stream, attempt).split('-');
  return {
    name: `request ${jobName(job)}`,
    traceId,
    spanId,
    parentSpanId: traceOf(entry.stream).spanId,
    isCall: true,
    startedAt: job.requested_at ?? entry.at,
    endedAt: entry.at,
    error,
    attributes: { ...attributesOf(entry), 'arena.attempt': attempt },
  };
}

const lastStates: Readonly<Record<string, readonly string[]>> = {
  contest: ['complete', 'fail', 'cancelled'],
  setup: ['setup_complete', 'setup_fail'],
  round: ['round_complete', 'round_fail'],
};

function spanOfMachine(entry: CommittedEntry, { type, to = '', error }: Ending): SpanRecord[] {
  if (type !== 'moved' || !lastStates[entry.kind]?.includes(to)) return [];
  const state = entry.state as { start_time?: number | null; started_at?: number; created_at?: number };
  const startedAt = state.start_time ?? state.started_at ?? state.created_at ?? entry.at;
  return [actorSpan(entry, nameOf(entry), startedAt, error ?? null)];
}

function actorSpan(entry: CommittedEntry, name: string, startedAt: number, error: string | null): SpanRecord {
  const parent = spanAbove(entry.stream);
  return {
    name,
    ...traceOf(entry.stream),
    parentSpanId: parent === null ? null : traceOf(parent).spanId,
    isCall: false,
    startedAt,
    endedAt: entry.at,
    error,
    attributes: attributesOf(entry),
  };
}

/** A seat lasts as long as its contest and has no span of its own. */
function spanAbove(address: string): string | null {
  const parent = parentOf(address);
  return parent !== null && kindOf(parent) === 'participant' ? parentOf(parent) : parent;
}

function attributesOf({ stream, root }: CommittedEntry): Record<string, string> {
  return { 'arena.root': root, 'arena.address': stream };
}

function nameOf({ kind, stream }: CommittedEntry): string {
  return kind === 'round' ? `round ${lastSegment(stream)}` : kind;
}

function jobName({ spec, type }: ExistingJob): string {
  return spec.task.type === 'prompt' ? spec.task.prompt_type : type;
}

/** The root that an address lies in, as a span's owner. */
export function isRoot(record: SpanRecord): boolean {
  const address = String(record.attributes['arena.address']);
  return rootOf(address) === address;
}
