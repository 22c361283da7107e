/**
 * Spans of a trace, read off the journal: one for each attempt of a job, each job, set-up and round, and the root above them. Their
 * ids are derived from addresses, so that a request's `traceparent` names a span before it is told, and a restart changes nothing.
 * Each is told once, when nothing can be added to it any more.
 */
import { hash } from 'node:crypto';
import { addressOf, kindOf, lastSegment, parentOf } from '../actors/address.ts';
import type { JobState } from '../actors/job/state.ts';
import type { CommittedEntry } from '../actors/runtime/journal.ts';
import { type TraceContext, traceparentOf } from '../bridge/traceparent.ts';

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

/** The parts of events that spans are read from; each stands in some of them only. */
interface Told {
  readonly type: string;
  readonly attempt?: number;
  readonly to?: string;
  readonly error?: string;
  readonly message?: string;
  readonly same_attempt?: boolean;
  readonly fault?: { readonly attempt: number; readonly kind: string; readonly message: string };
}

interface Machine {
  readonly start_time?: number | null;
  readonly started_at?: number;
  readonly created_at?: number;
  readonly round_no?: number | null;
}

/** The spans that each entry ends, entry by entry, in their order. */
export function createSpanReader(contextOf: (root: string) => TraceContext): (entry: CommittedEntry) => SpanRecord[] {
  /** Rounds that have ended, and that may be played again until the next one begins; null for one that was played elsewhere. */
  const resting = new Map<string, SpanRecord | null>();
  /** When each set-up began, which its state does not say. */
  const setUpSince = new Map<string, number>();

  return (entry) => {
    if (entry.state === undefined || entry.adopted) return [];
    const events = entry.events as readonly Told[];
    const spans = spanMaker(entry, contextOf(entry.root));
    switch (entry.kind) {
      case 'job':
        return events.flatMap((event) => spansOfJob(entry, spans, event));
      case 'contest':
        return events.flatMap((event) => spansOfContest(entry, spans, event));
      case 'setup':
        return events.flatMap((event) => spansOfSetup(entry, spans, event));
      case 'round':
        return events.flatMap((event) => spansOfRound(entry, spans, event));
      default:
        return [];
    }
  };

  function spansOfContest(entry: CommittedEntry, spans: SpanMaker, { type, to = '', error }: Told): SpanRecord[] {
    if (type !== 'moved') return [];
    if (to === 'fail') return [spans.failure('contest', error)];
    if (to !== 'complete' && to !== 'cancelled') return [];
    const { round_no: newest } = entry.state as Machine;
    const last = typeof newest === 'number' ? over(addressOf.round(lastSegment(entry.root), newest), spans) : [];
    return [...last, spans.actor('contest', error)];
  }

  function spansOfSetup(
    { stream, at }: CommittedEntry,
    spans: SpanMaker,
    { type, to = '', error }: Told,
  ): SpanRecord[] {
    if (type === 'setup_created') setUpSince.set(stream, at);
    if (type === 'moved' && to === 'setup_fail') return [spans.failure('setup', error)];
    const isComplete = type === 'moved' && to === 'setup_complete';
    if (!isComplete && type !== 'stopped') return [];
    const startedAt = setUpSince.get(stream) ?? at;
    setUpSince.delete(stream);
    return [{ ...spans.actor('setup', isComplete ? null : 'cancelled'), startedAt }];
  }

  function spansOfRound(entry: CommittedEntry, spans: SpanMaker, { type, to = '', error }: Told): SpanRecord[] {
    const number = Number(lastSegment(entry.stream));
    const name = `round ${number}`;
    if (type === 'copied') resting.set(entry.stream, null);
    if (type === 'stopped') resting.set(entry.stream, spans.actor(name, 'cancelled'));
    if (type === 'moved' && to === 'round_complete') resting.set(entry.stream, spans.actor(name));
    if (type === 'moved' && to === 'round_fail') return [spans.failure(name, error)];
    const isNext = type === 'round_created' && number > 0;
    return isNext ? over(addressOf.round(lastSegment(entry.root), number - 1), spans) : [];
  }

  /** A round that cannot be played again. One that ended before this process began is told by its moment. */
  function over(address: string, spans: SpanMaker): SpanRecord[] {
    const record = resting.get(address);
    resting.delete(address);
    if (record === null) return [];
    return [record ?? spans.moment(`round ${lastSegment(address)}`, address)];
  }
}

function spansOfJob(entry: CommittedEntry, spans: SpanMaker, event: Told): SpanRecord[] {
  const job = entry.state as JobState;
  if (job.state === 'none') return [];
  const others = entry.events as readonly Told[];
  switch (event.type) {
    case 'answered':
      // Whoever is still at it is asked again, as the same attempt.
      if (others.some(({ type }) => type === 'pended')) return [];
      return [spans.attempt(job, event.attempt ?? job.attempt, null)];
    case 'faulted': {
      // An answer that was read and found wanting has ended its attempt already.
      if (!event.fault || others.some(({ type }) => type === 'answered')) return [];
      const { attempt, kind, message } = event.fault;
      const arrived = !others.some(({ same_attempt }) => same_attempt === true);
      return [
        arrived
          ? spans.attempt(job, attempt, `${kind}: ${message}`)
          : spans.failure(`request ${jobName(job)}`, message),
      ];
    }
    case 'completed':
      return [spans.actor(jobName(job))];
    case 'failed':
    case 'cancelled':
      return [spans.actor(jobName(job), event.message ?? event.type)];
    default:
      return [];
  }
}

type SpanMaker = ReturnType<typeof spanMaker>;

/** Spans of the actor whose entry it is. */
function spanMaker(entry: CommittedEntry, context: TraceContext) {
  const { stream, seq, at, root } = entry;
  const { traceId } = context;
  const attributes = { 'arena.root': root, 'arena.address': stream };
  const span = { traceId, isCall: false, startedAt: at, endedAt: at, error: null, attributes };
  const parentOfActor = (address: string) => {
    const above = spanAbove(address);
    return above === null ? context.parentSpanId : spanIdOf(above);
  };
  return {
    /** From its beginning until now. */
    actor(name: string, error: string | null = null): SpanRecord {
      const { start_time, started_at, created_at } = entry.state as Machine;
      const startedAt = start_time ?? started_at ?? created_at ?? at;
      return { ...span, name, spanId: spanIdOf(stream), parentSpanId: parentOfActor(stream), startedAt, error };
    },
    /** What went wrong, below the span of what may go on yet. */
    failure(name: string, error = 'failed'): SpanRecord {
      const spanId = hash('sha256', `${stream} ${seq}`).slice(0, 16);
      return { ...span, name: `${name} failed`, spanId, parentSpanId: spanIdOf(stream), error };
    },
    /** The span of another actor, of which only its name is known. */
    moment: (name: string, address: string): SpanRecord => ({
      ...span,
      name,
      spanId: spanIdOf(address),
      parentSpanId: parentOfActor(address),
      attributes: { ...attributes, 'arena.address': address },
    }),
    /** With the id that whoever was asked was told. */
    attempt(job: ExistingJob, attempt: number, error: string | null): SpanRecord {
      const [, , spanId = ''] = traceparentOf(stream, attempt, context).split('-');
      const name = `request ${jobName(job)}`;
      const startedAt = job.requested_at ?? at;
      const more = { ...attributes, 'arena.attempt': attempt };
      return {
        ...span,
        name,
        spanId,
        parentSpanId: spanIdOf(stream),
        isCall: true,
        startedAt,
        error,
        attributes: more,
      };
    },
  };
}

function spanIdOf(address: string): string {
  return hash('sha256', address).slice(0, 16);
}

/** A seat lasts as long as its contest and has no span of its own. */
function spanAbove(address: string): string | null {
  const parent = parentOf(address);
  return parent !== null && kindOf(parent) === 'participant' ? parentOf(parent) : parent;
}

function jobName({ spec, type }: ExistingJob): string {
  return spec.task.type === 'prompt' ? spec.task.prompt_type : type;
}
