/** What /metrics says of contests that were really played, compared with what their journals and documents say. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BusScript, startBusAgents } from '../app/bus-agents.ts';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/nats-agents.ts';
import { type Sample, sampled, samplesIn } from './samples.ts';

const project = join(import.meta.dirname, '../..');
let app: RunningApp;
let played: Awaited<ReturnType<RunningApp['client']['reach']>>;
let samples: Sample[];
let text: string;

async function scrape(): Promise<Sample[]> {
  const answer = await app.client.send('GET', '/metrics');
  expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('text/plain') });
  text = z.string().parse(answer.body);
  return samplesIn(text);
}

/** Says something that cannot be read at the first attempt to apply the effects of round 1. */
const mumblingJudge: BusScript = (asked) =>
  asked.command === 'judge_apply_effects' && asked.round_no === 1 && asked.attempt === 1
    ? { job_id: asked.job_id, state: 'complete', data: 'Hm, hm.' }
    : wellBehaved(asked);

beforeAll(async () => {
  app = await startApp({ bus: (await startBusAgents(mumblingJudge)).bus });
  await app.client.create(smallContest({ start: false }));
  const launched = await app.client.create(smallContest());
  played = await app.client.reach(launched.id, 'complete');
  // A list waits until the tables show what is committed.
  await app.client.send('GET', '/api/contest');
  samples = await scrape();
});

describe('the counts', () => {
  it('are those of the journal', async () => {
    const entries = await app.client.entries(played.id);
    const rounds = entries.filter(({ kind }) => kind === 'round').length;
    expect(sampled(samples, 'arena_entries_total', { kind: 'round' })).toBe(rounds);
    const jobs = entries.filter(
      ({ kind, events }) => kind === 'job' && events.some(({ type }) => type === 'completed'),
    );
    expect(sampled(samples, 'arena_jobs_ended_total', { outcome: 'complete' })).toBe(jobs.length);
  });

  it('know each answer of an agent with its time, by what was asked', async () => {
    const jobs = (await app.client.jobs(played.id)).filter(({ type }) => type === 'prompt');
    const asked = (type: string) => jobs.filter(({ prompt_type }) => prompt_type === type).length;
    for (const type of ['player_player_action', 'judge_apply_effects'])
      expect(sampled(samples, 'arena_agent_latency_seconds_count', { asked: type })).toBeGreaterThanOrEqual(
        asked(type),
      );
    expect(sampled(samples, 'arena_agent_latency_seconds_count', { asked: 'health' })).toBe(5);
  });

  it('know each fault, its kind and whose it is', () => {
    const faults = { kind: 'unparsable', whose: 'judge', asked: 'judge_apply_effects' };
    expect(samples.filter(({ name }) => name === 'arena_faults_total')).toEqual([
      { name: 'arena_faults_total', labels: faults, value: 1 },
    ]);
  });

  it('know rounds and contests that have ended', () => {
    expect(sampled(samples, 'arena_round_transitions_total', { state: 'round_complete' })).toBe(played.rounds.length);
    expect(sampled(samples, 'arena_contest_transitions_total', { state: 'complete' })).toBe(1);
  });

  it('time requests by the pattern of their route, never by the path', () => {
    const routes = new Set(samples.map(({ labels }) => labels.route ?? ''));
    expect([...routes]).toContain('/api/contest');
    expect([...routes].filter((route) => route.includes(played.id))).toEqual([]);
  });
});

describe('the gauges', () => {
  it('are those of this moment', () => {
    expect(sampled(samples, 'arena_contests', { state: 'created' })).toBe(1);
    expect(sampled(samples, 'arena_contests', { state: 'complete' })).toBe(1);
    expect(sampled(samples, 'arena_contests', { state: 'in_round' })).toBe(0);
    expect(sampled(samples, 'arena_requests_open')).toBe(0);
    expect(sampled(samples, 'arena_jobs')).toBe(0);
    expect(sampled(samples, 'arena_bus_connected')).toBe(1);
    expect(sampled(samples, 'arena_projector_lag_entries')).toBe(0);
    expect(sampled(samples, 'arena_journal_uncommitted_entries')).toBe(0);
    expect(sampled(samples, 'arena_journal_offset')).toBeGreaterThan(50);
    expect(sampled(samples, 'arena_follower_lag_entries', { follower: 'relay' })).toBeGreaterThanOrEqual(0);
    expect(sampled(samples, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  });

  it('show a job while it waits, and not when it is cancelled', async () => {
    const { id } = z
      .object({ job_id: z.string() })
      .transform(({ job_id }) => ({ id: job_id }))
      .parse((await app.client.send('POST', '/api/job', { method: 'FINAL', delay: 3_600_000 })).body);
    expect(sampled(await scrape(), 'arena_jobs', { state: 'idle' })).toBe(1);
    await app.client.send('POST', `/api/job/${id}/cancel`);
    expect(sampled(await scrape(), 'arena_jobs', { state: 'idle' })).toBe(0);
  });
});

describe('the names', () => {
  const typed = () =>
    [...text.matchAll(/^# TYPE (arena_\S+) (\S+)/gm)].map(([, name = '', type = '']) => ({ name, type }));

  it('say what they count: what only grows is a counter and a total, and times are in seconds', () => {
    expect(typed().length).toBeGreaterThan(25);
    expect(typed().filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))).toEqual([]);
    expect(typed().filter(({ name }) => /_(ms|milliseconds|minutes|kib|mib)\b/.test(name))).toEqual([]);
    expect(typed().filter(({ name, type }) => type === 'histogram' && !name.endsWith('_seconds'))).toEqual([]);
  });

  it('have labels that are few, and no ids', () => {
    const ids = [played.id, ...played.participants.map(({ id }) => id)];
    const values = samples.flatMap(({ labels }) => Object.values(labels));
    expect(values.filter((value) => ids.some((id) => value.includes(id)))).toEqual([]);
  });
});

describe('what is written about metrics', () => {
  const histogramParts = /_(bucket|sum|count)$/;
  const known = () => new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));

  it('the dashboard uses only metrics and labels that there are', async () => {
    const dashboard = z
      .object({
        panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })) })),
      })
      .parse(JSON.parse(await readFile(join(project, 'config/grafana-dashboard.json'), 'utf8')));
    const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const used = expressions.flatMap((expr) => expr.match(/\b(arena|nodejs|process)_\w+/g) ?? []);
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((name) => !known().has(name.replace(histogramParts, '')))).toEqual([]);
    for (const { expr, legendFormat } of dashboard.panels.flatMap(({ targets }) => targets)) {
      const [metric = ''] = expr.match(/\b(arena|nodejs|process)_\w+/) ?? [];
      const labels = new Set(samples.filter(({ name }) => name === metric).flatMap((one) => Object.keys(one.labels)));
      if (labels.size === 0) continue;
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      expect(
        shown.filter((label) => label !== 'instance' && !labels.has(label)),
        expr,
      ).toEqual([]);
    }
  });

  it('docs/operating.md lists every metric of the arena, and none that there is not', async () => {
    const page = await readFile(join(project, 'docs/operating.md'), 'utf8');
    const section = /### Metrics\n([\s\S]*?)\n##/.exec(page)?.[1] ?? '';
    const listed = new Set([...section.matchAll(/`(arena_\w+)/g)].map(([, name = '']) => name));
    expect([...listed].sort()).toEqual([...known()].filter((name) => name.startsWith('arena_')).sort());
  });
});
