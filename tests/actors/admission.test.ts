/** Entries from elsewhere: those that contests have made are taken at every moment, and of others it is said which is wrong, and why. */
import { describe, expect, it, test } from 'vitest';
import { admissionProblems } from '../../src/actors/contest/admission.ts';
import { trialProblem } from '../../src/actors/contest/trial.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import type { Entry } from '../../src/actors/runtime/journal.ts';
import { atOnce } from '../support/at-once.ts';
import { ada, bob, contestRoot, planOf } from './making.ts';
import { type PlayOptions, play } from './playing.ts';
import type { Misbehaviour } from './simulated-agents.ts';

function tried(entries: readonly Entry[]): string | null {
  return atOnce(trialProblem(foldRoot(contestRoot, machineOf, entries), entries.at(-1)?.at ?? 0));
}

/** What came with the entry before it in one append. */
function isBorn(entry: Entry | undefined): boolean {
  return entry !== undefined && entry.commandId === `${entry.causedBy}/${entry.position}`;
}

const silentBob: Misbehaviour = ({ task }) =>
  task.type === 'prompt' && task.participant_id === bob.id ? 'silent' : null;
const refusingJudge: Misbehaviour = ({ task }) =>
  task.type === 'prompt' && task.prompt_type === 'judge_apply_effects' ? 'refused' : null;

describe('a contest', () => {
  test.each<[string, PlayOptions]>([
    ['played with crashes', { seed: 11, crashes: 0.05 }],
    ['with a player that says nothing', { misbehaves: silentBob }],
    ['with a judge that fails for good', { misbehaves: refusingJudge, retries: 1 }],
  ])('%s is taken at every moment', (_name, options) => {
    const { entries } = play(planOf({ settings: { max_rounds: 2 } }), options);
    expect(atOnce(admissionProblems(entries))).toEqual([]);
    const moments = entries.filter((_entry, index) => !isBorn(entries[index + 1])).map(({ position }) => position);
    const refused = moments.flatMap((position) => tried(entries.slice(0, position)) ?? []);
    expect(refused).toEqual([]);
  });
});

const { entries: played } = play(planOf({ settings: { max_rounds: 1 } }));

/** Where a machine of this kind has first made an event of this type. */
function placeOf(kind: string, type: string): { place: number; index: number } {
  const place = played.findIndex((entry) => entry.kind === kind && entry.events.some((event) => event.type === type));
  const index = played[place]?.events.findIndex((event) => event.type === type) ?? -1;
  return { place, index };
}

/** All entries, with a change in that event, or another in its place; `path` is where it stands. */
function changedIn(kind: string, type: string, change: object): { entries: Entry[]; path: string } {
  const { place, index } = placeOf(kind, type);
  const entries = played.map((entry, at) => {
    const events = entry.events.map((event, which) =>
      which === index ? { type, ...('type' in change ? {} : event), ...change } : event,
    );
    return at === place ? { ...entry, events } : entry;
  });
  return { entries, path: `entries[${place}].events[${index}]` };
}

describe('of an event that is not of its shape it is said where, and what is wrong:', () => {
  it.each<[kind: string, type: string, change: object, where: string, message: string]>([
    ['contest', 'contest_created', { seats: null }, '.seats', 'must be a list, not null'],
    ['contest', 'moved', { mood: 'good' }, '.mood', 'this field is not known'],
    ['contest', 'moved', { round_no: 1e6 }, '.round_no', 'must be at most 10000'],
    ['setup', 'described', { text: 5 }, '.text', 'must be text, not 5'],
    ['participant', 'moved', { check_no: 'one' }, '.check_no', 'must be a number, not text'],
    ['round', 'actions_taken', { seats: {} }, '.seats', 'must be a list, not an object'],
    ['job', 'requested', { deadline: 'soon' }, '.deadline', 'must be a number, not text'],
    ['job', 'requested', { view: { position: 1, version: 2 } }, '.view.hash', 'is missing'],
  ])('%s %s with %o', (kind, type, change, where, message) => {
    const { entries, path } = changedIn(kind, type, change);
    expect(atOnce(admissionProblems(entries))).toEqual([{ path: path + where, message }]);
  });

  it('of all that are wrong, the first ten', () => {
    const problems = atOnce(admissionProblems(played.map((entry) => ({ ...entry, events: [{ type: 'slept' }] }))));
    expect(problems.map(({ path }) => path)).toEqual(
      Array.from({ length: 10 }, (_, place) => `entries[${place}].events[0].type`),
    );
  });
});

describe('of an event of its shape that no contest could have there it is said which:', () => {
  const stranger = { type: 'health', participant_id: 'nobody-at-all', endpoint: ada.endpoint };
  const call = { type: 'http', method: 'GET', url: 'http://localhost/', data: null };
  const limits = { timeout_ms: 1, max_attempts: 1, ttl_ms: 1 };
  const view = { position: 1, version: 1, hash: '' };

  it.each<[what: string, kind: string, type: string, change: object, where: string]>([
    ['a second beginning', 'contest', 'moved', played[0]?.events[0] ?? {}, ''],
    ['another beginning', 'participant', 'registered', { type: 'round_noted', ...noted() }, ''],
    ['a job of another parent', 'job', 'job_created', { parent: contestRoot }, '.parent'],
    ['a job for somebody else', 'job', 'job_created', { spec: { task: stranger, ...limits } }, '.spec.task'],
    ['a job that calls a URL', 'job', 'job_created', { spec: { task: call, ...limits } }, '.spec.task'],
    ['a view for a health check', 'job', 'requested', { view }, '.view'],
    ['an answer to something else', 'job', 'completed', { data: { action: 'sleeps' } }, '.data.state'],
    ['an answer with more than is kept', 'job', 'completed', { data: { state: 'OK', mood: 'good' } }, '.data'],
  ])('%s', (_what, kind, type, change, where) => {
    const { entries, path } = changedIn(kind, type, change);
    expect(atOnce(admissionProblems(entries))[0]?.path).toBe(path + where);
  });

  function noted() {
    return { round_no: 0, play: 1, latency_ms: null, faults: 0, failures: 0 };
  }
});

describe('an entry of an actor that the contest cannot have is named:', () => {
  it.each([
    ['of another contest', 'contest/of-somebody-else', 'contest'],
    ['of another kind', `${contestRoot}/setup`, 'round'],
    ['of a round without a number', `${contestRoot}/round/last`, 'round'],
    ['of somebody who has no seat', `${contestRoot}/participant/nobody-at-all`, 'participant'],
    ['below what is not there', `${contestRoot}/round/7/early-bird-sings`, 'job'],
  ])('%s', (_what, stream, kind) => {
    const place = placeOf('participant', 'registered').place;
    const entries = played.map((entry, at) => (at === place ? { ...entry, stream, kind, events: [] } : entry));
    expect(atOnce(admissionProblems(entries))).toMatchObject([{ path: `entries[${place}]` }]);
  });
});

describe('entries that are all in order are no contest', () => {
  const upTo = (kind: string, type: string) => played.slice(0, placeOf(kind, type).place + 1);
  const followedBy = (entries: readonly Entry[], ...events: Entry['events']): Entry[] => {
    const ofContest = entries.filter(({ stream }) => stream === contestRoot);
    const [position, seq] = [entries.length + 1, ofContest.length + 1];
    return [...entries, ...ofContest.slice(-1).map((last) => ({ ...last, position, seq, events }))];
  };

  it('when those whom it waits for are not there', () => {
    expect(tried(upTo('contest', 'moved'))).toBe('it would wait in role_call for ever');
  });

  it('when it goes on to what was not made', () => {
    const asking = upTo('setup', 'setup_created');
    const settled = { type: 'setup_settled', outcome: { outcome: 'complete' } };
    const moved = { type: 'moved', from: 'setup_arena', to: 'in_round', round_no: 3 };
    const ahead = followedBy(asking, settled, moved);
    expect(atOnce(admissionProblems(ahead))).toEqual([]);
    expect(tried(ahead)).toContain('for ever');
  });

  it('when a machine can make nothing of what it was told', () => {
    const { place } = placeOf('job', 'children_recorded');
    const { entries } = changedIn('job', 'children_recorded', {});
    const told = entries.slice(0, place + 1).map((entry, at) => {
      const events = JSON.parse(JSON.stringify(entry.events).replace(/"data":\{"action".*?\}/, '"data":{"action":7}'));
      return at === place ? { ...entry, events } : entry;
    });
    expect(atOnce(admissionProblems(told))).toEqual([]);
    expect(tried(told)).toContain('actions[0].action.action: must be text, not 7');
  });

  it('when it was deleted', () => {
    expect(tried(followedBy(played, { type: 'removed' }))).toBe('the contest was deleted');
  });
});
