/**
 * What a page works for each of its frames, read from Chromium's own trace: on the page's thread script, style, layout and paint, on
 * others the raster of what was painted. It is processor time, which the machine's other work does not stretch as it does frames.
 */
import type { CDPSession } from 'playwright-core';
import { z } from 'zod';

/** The page sets a mark of this name when a frame begins. */
export const frameMark = 'bench-frame';

const kinds = ['script', 'style', 'layout', 'paint', 'raster', 'other'] as const;
type Kind = (typeof kinds)[number];
/** Milliseconds of each kind. */
export type FrameWork = Readonly<Record<Kind, number>>;

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', 'blink.user_timing'];

/** What is not named here belongs to the event around it. */
const kindsOfEvents: Readonly<Record<string, Kind>> = {
  FireAnimationFrame: 'script',
  FunctionCall: 'script',
  EventDispatch: 'script',
  TimerFire: 'script',
  RunMicrotasks: 'script',
  UpdateLayoutTree: 'style',
  Layout: 'layout',
  PrePaint: 'paint',
  Paint: 'paint',
  Layerize: 'paint',
  Commit: 'paint',
};
const rasterEvent = 'RasterTask';

const traceEvent = z.object({
  name: z.string(),
  pid: z.number(),
  tid: z.number(),
  /** Microseconds, as are the others. */
  ts: z.number(),
  dur: z.number().default(0),
  /** Of the processor. */
  tdur: z.number().default(0),
});
type TraceEvent = z.infer<typeof traceEvent>;

export async function workDuring(session: CDPSession, play: () => Promise<unknown>): Promise<FrameWork[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: unknown[] }) => {
    for (const event of value) events.push(traceEvent.parse(event));
  };
  session.on('Tracing.dataCollected', collect);
  const isTold = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: categories, recordMode: 'recordAsMuchAsPossible' },
  });
  await play();
  await session.send('Tracing.end');
  await isTold;
  session.off('Tracing.dataCollected', collect);
  return framesOf(events.toSorted((one, other) => one.ts - other.ts || other.dur - one.dur));
}

function framesOf(events: readonly TraceEvent[]): FrameWork[] {
  const marks = events.filter(({ name }) => name === frameMark);
  const [first] = marks;
  if (!first) throw new Error('the trace has no frames');
  const frames = marks.map(() => ({ script: 0, style: 0, layout: 0, paint: 0, raster: 0, other: 0 }));
  const add = (kind: Kind, at: number, microseconds: number) => {
    const frame = frames[marks.findLastIndex(({ ts }) => ts <= at)];
    if (frame) frame[kind] += microseconds / 1_000;
  };
  const onPage = events.filter(({ pid, tid, dur }) => pid === first.pid && tid === first.tid && dur > 0);
  for (const { kind, at, own } of ownTimes(onPage)) add(kind, at, own);
  for (const { name, ts, tdur } of events) if (name === rasterEvent) add('raster', ts, tdur);
  return frames;
}

/** An event's time without that of the events within it. */
function ownTimes(events: readonly TraceEvent[]): { kind: Kind; at: number; own: number }[] {
  const around: { kind: Kind; at: number; own: number; end: number }[] = [];
  return events.map(({ name, ts, dur, tdur }) => {
    while ((around.at(-1)?.end ?? Number.POSITIVE_INFINITY) <= ts) around.pop();
    const outer = around.at(-1);
    if (outer) outer.own -= tdur;
    const event = { kind: kindsOfEvents[name] ?? outer?.kind ?? 'other', at: ts, own: tdur, end: ts + dur };
    around.push(event);
    return event;
  });
}

/** Of the page's thread; what is filled on others follows. */
export function workWords(frames: readonly FrameWork[]): string {
  const onPage = frames.map(({ raster, ...own }) => Object.values(own).reduce((sum, ms) => sum + ms, 0));
  const sorted = onPage.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  const mean = (kind: Kind) => (frames.reduce((sum, frame) => sum + frame[kind], 0) / frames.length).toFixed(1);
  const parts = kinds.filter((kind) => kind !== 'raster').map((kind) => `${kind} ${mean(kind)}`);
  return `work p50 ${at(0.5)} ms, p95 ${at(0.95)} ms (${parts.join(', ')}), and ${mean('raster')} ms of raster beside it`;
}
