/**
 * The same rounds without an arena: plain requests to the same agents, with nothing kept, or with each answer in SQLite before the
 * next step. The latter is the bound of what any durable runtime on this machine can reach. Arguments: the server's URL, the
 * database's URL.
 */
import { connect, StringCodec } from 'nats';
import { openDatabase } from '../../src/persistence/database/database.ts';
import type { AskType } from '../../src/protocol/states.ts';
import { cpuMeter } from './cpu-meter.ts';
import { serveCalls } from './processes.ts';
import { callsPerRound, steps } from './workload.ts';

const [natsUrl = '', databaseUrl = ''] = process.argv.slice(2);
const connection = await connect({ servers: natsUrl, name: 'bench reference' });
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
// Opened as the arena opens its own, so that the pragmas are the same.
const database = await openDatabase({ url: databaseUrl, log: silent });
database.native.exec('create table answer (id integer primary key, contest text, kind text, body text)');
const insert = database.native.prepare('insert into answer (contest, kind, body) values (?, ?, ?)');
const text = StringCodec();

interface Queued {
  readonly cells: readonly [string, string, string];
  readonly kept: () => void;
}
let queued: Queued[] = [];

/** Resolves when the answer is on disk. All answers of one turn of the event loop share a transaction. */
function keep(...cells: Queued['cells']): Promise<void> {
  return new Promise((resolve) => {
    queued.push({ cells, kept: resolve });
    if (queued.length === 1) setImmediate(commit);
  });
}

function commit(): void {
  const group = queued;
  queued = [];
  const insertAll = () => {
    for (const { cells } of group) insert.run(...cells);
  };
  database.native.transaction(insertAll).immediate();
  for (const { kept } of group) kept();
}

export type ReferenceInput = {
  /** Contests at once. */
  readonly contests: number;
  /** Whether answers are kept. */
  readonly durable: boolean;
  readonly milliseconds: number;
  /** Bodies to send, as the arena sent them. */
  readonly bodies: Readonly<Partial<Record<AskType, string>>>;
};

const cpuMs = cpuMeter();

/** Plays rounds for so long, and gives what came of it a second. */
async function play({ contests, durable, milliseconds, bodies }: ReferenceInput) {
  const halves = new Map(Object.entries(bodies).map(([kind, body]) => [kind, body.split(/"contest_id":"[^"]+"/, 2)]));
  const end = performance.now() + milliseconds;
  const start = performance.now();
  cpuMs();
  let rounds = 0;
  let jobs = 0;

  /** The sample with the contest's own id, so that the agents can tell the contests apart. */
  function bodyFor(contest: string, kind: AskType): string {
    const [before = '', after = ''] = halves.get(kind) ?? [];
    return `${before}"contest_id":"${contest}"${after}`;
  }

  async function ask(contest: string, kind: AskType): Promise<void> {
    jobs += 1;
    const subject = `actor.agent.any.request.${kind}.job-${jobs}`;
    const answer = await connection.request(subject, text.encode(bodyFor(contest, kind)), { timeout: 10_000 });
    if (durable) await keep(contest, kind, text.decode(answer.data));
  }

  async function playContest(contest: string): Promise<void> {
    while (performance.now() < end) {
      for (const kinds of steps) await Promise.all(kinds.map((kind) => ask(contest, kind)));
      if (performance.now() < end) rounds += 1;
    }
  }

  await Promise.all(Array.from({ length: contests }, (_, index) => playContest(`reference-${index}`)));
  const seconds = (end - start) / 1_000;
  return {
    cpuMsPerRound: cpuMs() / Math.max(1, rounds),
    roundsPerSecond: rounds / seconds,
    callsPerSecond: (rounds * callsPerRound) / seconds,
  };
}

export type ReferenceCalls = { play: typeof play };

serveCalls({ play } satisfies ReferenceCalls, async () => {
  await connection.close();
  await database.close();
});
