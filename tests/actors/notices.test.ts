/** What is told of contests: every subject that a life of them has, every body in its declared shape, and the tables made from the same entries. */
import { describe, expect, test } from 'vitest';
import type { ContestPlan } from '../../src/actors/contest/state.ts';
import { projection } from '../../src/actors/projection.ts';
import { publicationsOf } from '../../src/actors/publications.ts';
import type { Publication } from '../../src/actors/runtime/publication.ts';
import { parseSubject, type SubjectName, subjects } from '../../src/protocol/subjects.ts';
import { ada, announcer, bob, feature, judge, maker, planOf } from './making.ts';
import { made, play } from './playing.ts';
import type { Misbehaviour } from './simulated-agents.ts';
import { type Simulation, theContest } from './simulated-root.ts';

const channel = 'results.of.mine';
const plan = planOf({ settings: { max_rounds: 2, completion_channel: channel } });

function told(simulation: Simulation): (Publication & { position: number; content: Record<string, unknown> })[] {
  return simulation.entries.flatMap((entry) =>
    publicationsOf({ ...entry, offset: entry.position }).map((one) => ({
      ...one,
      position: entry.position,
      content: JSON.parse(one.body),
    })),
  );
}

const mute =
  (...promptTypes: string[]): Misbehaviour =>
  (call) =>
    call.task.type === 'prompt' && promptTypes.includes(call.task.prompt_type) ? 'refused' : null;

function stepped(contest: ContestPlan): Simulation {
  const simulation = made({ ...contest, settings: { ...contest.settings, auto_advance: false } });
  simulation.command(theContest, { type: 'start' });
  for (let steps = 0; steps < 100; steps += 1) {
    simulation.run();
    for (const { address, machine } of [...simulation.actors.values()])
      if (machine.kind !== 'job' && machine.kind !== 'participant') simulation.command(address, { type: 'advance' });
  }
  return simulation;
}

function cancelled(): Simulation {
  const simulation = made(plan);
  simulation.command(theContest, { type: 'start' });
  for (let steps = 0; steps < 60; steps += 1) simulation.step();
  simulation.command(theContest, { type: 'cancel' });
  simulation.run();
  simulation.command(theContest, { type: 'remove' });
  simulation.settle();
  return simulation;
}

const lives: Record<string, () => Simulation> = {
  'played to its end': () => play(plan),
  'with invented features': () =>
    play(planOf({ seats: [ada, bob, judge, announcer, maker], arena: { max_random_features: 1 } })),
  'with a mute player': () => play(plan, { misbehaves: mute('player_player_action') }),
  'failed in its round, retried and failed again': () =>
    play(plan, { misbehaves: mute('judge_apply_effects'), retries: 1 }),
  'failed in its set-up, retried and failed again': () =>
    play(plan, { misbehaves: mute('announcer_describe_arena'), retries: 1 }),
  'with somebody absent': () => play(plan, { misbehaves: (call) => (call.task.type === 'health' ? 'rubbish' : null) }),
  'stepped through': () => stepped(plan),
  cancelled,
};

describe.each(Object.entries(lives))('of a contest %s', (_name, live) => {
  test('every notice has the shape that its subject declares, and names its entry', () => {
    const notices = told(live());
    expect(notices.length).toBeGreaterThan(10);
    for (const { subject, content, position } of notices) {
      if (subject === channel) continue;
      const parsed = parseSubject(subject);
      expect({ subject, isKnown: parsed !== null }).toEqual({ subject, isKnown: true });
      const checked = parsed && subjects[parsed.name].payload.schema.safeParse(content);
      expect({ subject, content, error: checked?.error?.message }).toEqual({ subject, content, error: undefined });
      if ('position' in content) expect(content.position).toBe(position);
    }
  });

  test('the tables from live states are those of a rebuild', () => {
    const simulation = live();
    const rows = new Map<string, object>();
    for (const { stream, kind, seq, state } of simulation.entries)
      for (const row of projection.rowsOf({ stream, kind, seq, state })) rows.set(`${row.table} ${row.key}`, row);
    const rebuilt = projection.fold(simulation.entries).flatMap((stream) => projection.rowsOf(stream));
    expect(rebuilt.length).toBeGreaterThan(0);
    expect(new Map(rebuilt.map((row) => [`${row.table} ${row.key}`, row]))).toEqual(rows);
  });
});

test('in these lives every notice that the arena tells of contests is seen', () => {
  const elsewhere: SubjectName[] = ['generation', 'actorModelChange'];
  const seen = new Set(
    Object.values(lives).flatMap((live) => told(live()).map(({ subject }) => parseSubject(subject)?.name)),
  );
  const outward = Object.entries(subjects)
    .filter(([, { direction }]) => direction === 'out')
    .map(([name]) => name as SubjectName);
  expect(outward.filter((name) => !seen.has(name) && !elsewhere.includes(name))).toEqual([]);
});

test('every transition is told once, in order, with the round that it belongs to', () => {
  const flows = told(play(plan)).filter(({ subject }) => parseSubject(subject)?.name === 'contestFlow');
  const ofContest = flows
    .filter(({ content }) => content.machine === 'contest')
    .map(({ content: { from, to, round_no: roundNo } }) => `${from} → ${to} ${roundNo}`);
  expect(ofContest).toEqual([
    'created → starting null',
    'starting → role_call null',
    'role_call → setup_arena null',
    'setup_arena → in_round 0',
    'in_round → check_end 0',
    'check_end → create_round 0',
    'create_round → in_round 1',
    'in_round → check_end 1',
    'check_end → complete 1',
  ]);
  for (const { content, subject } of flows) expect(subject.endsWith(`.${content.from}.${content.to}`)).toBe(true);
});

test('the end is told with its winner and standing, on the channel that was asked for too', () => {
  const notices = told(play(plan));
  const [end] = notices.filter(({ subject }) => parseSubject(subject)?.name === 'contestComplete');
  expect(end?.content).toMatchObject({
    state: 'complete',
    end_reason: 'max_rounds',
    winner_id: bob.id,
    standing: [{ participant_id: bob.id }, { participant_id: ada.id }],
  });
  expect(notices.filter(({ subject }) => subject === channel).map(({ body }) => body)).toEqual([end?.body]);
});

test.each(['with somebody absent', 'failed in its set-up, retried and failed again'])(
  'the end of a contest that is %s is told with its players too, who are nowhere yet',
  (life) => {
    const ends = told(lives[life]?.() ?? play(plan)).filter(
      ({ subject }) => parseSubject(subject)?.name === 'contestComplete',
    );
    const nowhere = { score: 0, position: null, health: null, out: false };
    expect(ends.at(-1)?.content).toMatchObject({
      state: 'fail',
      standing: [
        { participant_id: ada.id, name: ada.name, ...nowhere },
        { participant_id: bob.id, name: bob.name, ...nowhere },
      ],
    });
  },
);

test('a mute player is told of as "none", with the fault', () => {
  const notices = told(play(plan, { misbehaves: mute('player_player_action') }));
  const actions = notices.filter(({ subject }) => parseSubject(subject)?.name === 'actionTaken');
  expect(actions[0]?.content).toMatchObject({ action: { action: 'none' }, fault: { kind: 'refused', whose: 'agent' } });
});

test('a job is told of as made before it is asked, and as final with its attempts', () => {
  const jobs = told(play(plan)).filter(({ subject }) => subject.startsWith('sys.arena.job.'));
  const detailsOf = (action: string) =>
    jobs.flatMap(({ content }) => (content.action === action ? [content.detail] : []));
  expect(detailsOf('create')).not.toHaveLength(0);
  for (const detail of detailsOf('create')) expect(detail).toMatchObject({ state: 'idle', attempts: 0 });
  for (const detail of detailsOf('update')) expect(detail).toMatchObject({ state: 'complete' });
  expect(detailsOf('update')).toContainEqual(expect.objectContaining({ type: 'prompt', attempts: 1 }));
});

test('stopping is told by each machine before each of its states is left', () => {
  const stops = told(stepped(plan))
    .filter(({ subject }) => parseSubject(subject)?.name === 'pause')
    .map(({ content }) => `${content.machine} ${content.state}`);
  expect(new Set(stops)).toEqual(
    new Set([
      ...['starting', 'role_call', 'setup_arena', 'in_round', 'check_end', 'create_round'].map(
        (state) => `contest ${state}`,
      ),
      ...[
        'idle',
        'creating_round',
        'adding_fixed_features',
        'generating_features',
        'generating_positions',
        'describing_setup',
      ].map((state) => `setup ${state}`),
      ...[
        'idle',
        'in_progress',
        'round_prompting',
        'awaiting_actions',
        'judging_actions',
        'applying_effects',
        'describing_results',
        'presenting_results',
      ].map((state) => `round ${state}`),
    ]),
  );
});

test('round 0 writes every feature as it finds it, later rounds what they have changed', () => {
  const { entries } = play(planOf({ arena: { features: [feature('well', '3,3'), feature('tree', '2,2')] } }));
  const rows = projection.fold(entries).flatMap((stream) => projection.rowsOf(stream));
  const features = rows.filter(({ table }) => table === 'contest_feature');
  expect(features.map(({ columns }) => `${columns.round_no} ${columns.name}`)).toEqual([
    '0 well',
    '0 tree',
    '1 well',
    '2 well',
  ]);
});
