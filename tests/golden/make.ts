/**
 * `npm run golden`: plays contests with the program of today and keeps their journals with the documents that they fold to, for good. A
 * journal that is kept is never written again: a change that reads it otherwise is what the test is to find.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contests } from '../../src/actors/contests.ts';
import { createArena } from '../../src/app.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogs } from '../../src/log.ts';
import { processClock } from '../../src/process-clock.ts';
import { createContestSchema } from '../../src/protocol/contest-input.ts';
import { type AgentRequest, requestSchema } from '../../src/protocol/messages.ts';
import { packageVersion } from '../../src/version.ts';
import { smallContest } from '../support/contest-input.ts';
import { wellBehaved } from '../support/good-answers.ts';

interface Course {
  readonly name: string;
  readonly contest: object;
  /** Null for silence. */
  answer(asked: AgentRequest, time: number): object | string | null;
  /** How it ends. */
  readonly ends: string;
  /** What is done with it then; it gives the contest that is kept, once that is complete. */
  goOn?(contests: Contests, id: string): Promise<string>;
}

const isSilent = { judge: true };

const courses: readonly Course[] = [
  { name: 'played', contest: {}, answer: wellBehaved, ends: 'complete' },
  {
    name: 'with-faults',
    contest: { response_timeout_ms: 400, max_attempts: 2, max_faults: 2, max_rounds: 3 },
    answer(asked, time) {
      if (asked.command === 'player_player_action' && asked.round_no === 0) return null;
      if (asked.command === 'judge_apply_effects' && asked.attempt === 1) return 'Let me think about that.';
      if (asked.command === 'announcer_describe_results' && time === 1) return { state: 'pending', delay: 100 };
      return wellBehaved(asked);
    },
    ends: 'complete',
  },
  {
    name: 'failed',
    contest: { max_attempts: 1 },
    answer: (asked) =>
      asked.command === 'judge_apply_effects' ? { state: 'fail', message: 'no' } : wellBehaved(asked),
    ends: 'fail',
  },
  {
    name: 'restarted',
    contest: { max_attempts: 1 },
    answer: (asked) =>
      asked.command === 'judge_apply_effects' && asked.round_no === 1 && isSilent.judge
        ? { state: 'fail', message: 'no' }
        : wellBehaved(asked),
    ends: 'fail',
    async goOn(contests, id) {
      isSilent.judge = false;
      await contests.restartRound(id, 1);
      return id;
    },
  },
  {
    name: 'forked',
    contest: { max_rounds: 3 },
    answer: wellBehaved,
    ends: 'complete',
    async goOn(contests, id) {
      const fork = await contests.fork(id, { round_no: 0, overrides: {} });
      return (await contests.act(fork.id, 'start')).id;
    },
  },
];

const folder = join(import.meta.dirname, 'journals', packageVersion());
if (existsSync(folder)) {
  process.stderr.write(`The journals of version ${packageVersion()} are kept already: a new version makes new ones.\n`);
  process.exit(1);
}
const journals: (readonly [name: string, text: string])[] = [];
for (const course of courses) journals.push([course.name, `${JSON.stringify(await journalOf(course))}\n`]);
mkdirSync(folder, { recursive: true });
for (const [name, text] of journals) {
  writeFileSync(join(folder, `${name}.json`), text);
  process.stdout.write(`${name}: ${text.length} characters\n`);
}

async function journalOf({ contest, answer, ends, goOn }: Course): Promise<object> {
  const config = loadConfig({
    ARENA_DB_URL: 'sqlite::memory:',
    ARENA_HTTP_PORT: '0',
    ARENA_AGENTS: 'off',
    ARENA_LOG_LEVEL: 'silent',
  });
  const bus = createLocalBus({ clock: processClock, log: createLogs(config.log)('bridge') });
  const agents = await bus.connect({ name: 'agents' });
  const times = new Map<string, number>();
  agents.subscribe('actor.agent.*.request.>', ({ data, reply }) => {
    const asked = requestSchema.parse(JSON.parse(new TextDecoder().decode(data)));
    const time = (times.get(asked.job_id) ?? 0) + 1;
    times.set(asked.job_id, time);
    const said = asked.command === 'health' ? wellBehaved(asked) : answer(asked, time);
    if (said !== null && reply) agents.publish(reply, typeof said === 'string' ? said : JSON.stringify(said));
  });
  const arena = await createArena(config, { bus });
  await arena.start();
  const { contests } = arena;
  const launched = await contests.create(createContestSchema.parse(smallContest(contest)));
  await ended(contests, launched.id, ends, 0);
  const { position } = await contests.get(launched.id);
  const id = goOn ? await goOn(contests, launched.id) : launched.id;
  if (goOn) await ended(contests, id, 'complete', id === launched.id ? position : 0);
  const kept = { version: packageVersion(), document: await contests.get(id), entries: await contests.entries(id, 0) };
  await arena.close();
  return kept;
}

/** Resolves when a contest has come into a state after a position. */
async function ended(contests: Contests, id: string, state: string, after: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const stop = await contests.follow(id, after, (entries) => {
    const moves = entries.filter(({ kind }) => kind === 'contest').flatMap(({ events }) => events);
    if (moves.some((event) => event.type === 'moved' && event.to === state)) over.resolve();
  });
  await over.promise;
  stop();
}
