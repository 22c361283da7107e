/** `arena top`: every contest with its state, standing and whom it waits for, with jobs and agents; drawn over until it is stopped. */
import { contestOverviewSchema, type OverviewRow } from '../../protocol/overview.ts';
import { type Context, printJson, printLine, type Status } from '../context.ts';
import { ClientError, type HttpClient } from '../http-client.ts';
import type { InvocationOf } from '../invocation.ts';
import { createPalette } from '../live/palette.ts';
import { createScreen } from '../live/screen.ts';
import { cut } from '../live/text.ts';
import { type AgentFigures, contestsInOrder, isAtWork, type TopPicture, topLines } from '../live/top.ts';
import { lookAt } from '../live/waiting.ts';
import { type MetricSample, metricSamples, sumsBy } from '../metric-samples.ts';
import { pause } from '../pause.ts';
import { isScreen, wantsColors } from '../terminal.ts';

const refreshMs = 1_000;
/** Contests of which it is looked up whom they wait for: no screen has more lines. */
const lookedUpMax = 60;
/** A report that is not drawn over may be as long as it is. */
const noLimit = Number.MAX_SAFE_INTEGER;

export async function runTop(invocation: InvocationOf<'top'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const { out, env, clock } = terminal;
  const look = createLook(context.client(invocation.url));
  if (invocation.json) {
    printJson(terminal, await look());
    return 0;
  }
  const palette = createPalette(wantsColors(out, env));
  if (!isScreen(out, env)) {
    const columns = out.columns ?? 100;
    for (const line of topLines(await look(), { columns, lines: noLimit, palette })) printLine(terminal, line);
    return 0;
  }
  const stopped = new AbortController();
  const signal = AbortSignal.any([terminal.signal, stopped.signal]);
  const stopKeys = terminal.readKeys?.((key) => ['q', 'escape', 'ctrl+c'].includes(key) && stopped.abort());
  const screen = createScreen(out);
  let lost: string | null = null;
  try {
    let picture = await look();
    while (!signal.aborted) {
      const shown = picture;
      const warning = lost === null ? [] : [`Not connected; this is how it was. ${lost}`];
      screen.draw(({ columns, lines }) => [
        ...topLines(shown, { columns, lines: lines - warning.length, palette }),
        ...warning.map((words) => palette.bad(cut(words, columns))),
      ]);
      await pause(clock, refreshMs, signal);
      try {
        picture = await look();
        lost = null;
      } catch (error) {
        if (!mayPass(error)) throw error;
        lost = error.message;
      }
    }
  } finally {
    screen.end();
    stopKeys?.();
  }
  return 0;
}

/** The arena is away, or being started again. */
function mayPass(error: unknown): error is ClientError {
  return error instanceof ClientError && (error.status === 0 || error.status >= 500);
}

/** Takes a picture; what has not changed since the last one is not asked for again. */
function createLook(client: HttpClient): () => Promise<TopPicture> {
  const rows = new Map<string, OverviewRow>();
  const waiting = new Map<string, readonly string[]>();
  let cursor = 0;

  /** Of one that was deleted since the overview, nobody. */
  async function waitedFor(id: string): Promise<readonly string[]> {
    try {
      return (await lookAt(client, id)).waiting;
    } catch (error) {
      if (error instanceof ClientError && error.status === 404) return [];
      throw error;
    }
  }

  return async () => {
    const overview = contestOverviewSchema.parse(await client.arena.contests.overview(cursor));
    cursor = overview.cursor;
    for (const id of overview.removed) rows.delete(id);
    for (const row of overview.contests) rows.set(row.id, row);
    const changed = new Set(overview.contests.map(({ id }) => id));
    const contests = contestsInOrder([...rows.values()]);
    for (const [id] of waiting) if (changed.has(id) || !rows.has(id)) waiting.delete(id);
    const asked = contests.filter(isAtWork).slice(0, lookedUpMax);
    for (const { id } of asked.filter((row) => !waiting.has(row.id))) waiting.set(id, await waitedFor(id));
    const samples = metricSamples(new TextDecoder().decode(await client.bytes('/metrics')));
    return { contests, waiting_for: Object.fromEntries(waiting), ...figuresIn(samples) };
  };
}

function figuresIn(samples: readonly MetricSample[]): Pick<TopPicture, 'jobs' | 'calls' | 'agents'> {
  const one = (name: string) => samples.find((sample) => sample.name === name)?.value ?? 0;
  const answers = sumsBy(samples, 'arena_agent_latency_seconds_count', 'asked');
  const seconds = sumsBy(samples, 'arena_agent_latency_seconds_sum', 'asked');
  const faults = sumsBy(samples, 'arena_faults_total', 'asked');
  const agents = [...new Set([...Object.keys(answers), ...Object.keys(faults)])].sort().map((asked): AgentFigures => {
    const count = answers[asked] ?? 0;
    const mean = count === 0 ? null : ((seconds[asked] ?? 0) / count) * 1_000;
    return { asked, answers: count, mean_latency_ms: mean, faults: faults[asked] ?? 0 };
  });
  return {
    jobs: sumsBy(samples, 'arena_jobs', 'state'),
    calls: {
      requests_open: one('arena_requests_open'),
      in_flight: one('arena_calls_in_flight'),
      waiting: one('arena_calls_waiting'),
    },
    agents,
  };
}
