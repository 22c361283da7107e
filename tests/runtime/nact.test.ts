/** What nact really does, so that an upgrade that changes it is noticed. That the wrapper absorbs it is `nact-wrapper.test.ts`. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Census, takeCensus } from './nact-census.ts';
import { turns, until } from './simulated-time.ts';

interface Ref {
  readonly name: string;
}
type Context = Record<string, unknown> & {
  readonly children: Map<string, Ref>;
  readonly recovering?: boolean;
  persist(message: unknown, tags?: string[], ...extra: unknown[]): Promise<void>;
};
type Handler = (state: unknown, message: unknown, context: Context) => unknown;

/** nact as it is, without the types that leave half of it out. */
interface Nact {
  start(...extensions: unknown[]): Ref;
  spawn(parent: Ref, handler: Handler, name: string, properties?: object): Ref;
  spawnPersistent(parent: Ref, handler: Handler, key: string, name: string, properties?: object): Ref;
  configurePersistence(engine: object): unknown;
  dispatch(actor: Ref, message: unknown): void;
  stop(actor: Ref): void;
}

const require = createRequire(import.meta.url);
const nact = require('nact') as Nact;
let census: Census;
beforeEach(() => {
  census = takeCensus();
});
afterEach(() => census.end());

function engineOf(overrides: object = {}) {
  return {
    latestSnapshot: () => Promise.resolve(undefined),
    events: () => [],
    takeSnapshot: () => Promise.resolve(),
    persist: () => Promise.resolve(),
    ...overrides,
  };
}

function entry(sequenceNumber: number, data: unknown) {
  return { data, sequenceNumber, isDeleted: false };
}

describe('nact', () => {
  test('hands what follows the tags of persist to the engine, and counts on by itself', async () => {
    const kept: unknown[][] = [];
    const engine = engineOf({
      persist: (event: { sequenceNumber: number }, ...extra: unknown[]) => {
        kept.push([event.sequenceNumber, ...extra]);
        return Promise.resolve();
      },
    });
    const system = nact.start(nact.configurePersistence(engine));
    const handler: Handler = (_state, message, context) => context.persist(message, [], 'extra', 7);
    const actor = nact.spawnPersistent(system, handler, 'key', 'actor');
    nact.dispatch(actor, 'a');
    nact.dispatch(actor, 'b');
    await until('both are kept', () => kept.length === 2);
    expect(kept).toEqual([
      [1, 'extra', 7],
      [2, 'extra', 7],
    ]);
    nact.stop(system);
  });

  test('counts a failed persist as done, so that after a resume its sequence is wrong', async () => {
    const numbers: number[] = [];
    let failing = true;
    const engine = engineOf({
      persist: (event: { sequenceNumber: number }) => {
        numbers.push(event.sequenceNumber);
        const isFailing = failing;
        failing = false;
        return isFailing ? Promise.reject(new Error('disk full')) : Promise.resolve();
      },
    });
    const system = nact.start(nact.configurePersistence(engine));
    const handler: Handler = (_state, message, context) => context.persist(message);
    const onCrash = (_message: unknown, _error: unknown, context: Context) => context.resume;
    const actor = nact.spawnPersistent(system, handler, 'key', 'actor', { onCrash });
    nact.dispatch(actor, 'a');
    nact.dispatch(actor, 'b');
    await until('both were tried', () => numbers.length === 2);
    expect(numbers).toEqual([1, 2]);
    nact.stop(system);
  });

  test('takes entries in any order at recovery, and skips one whose handler throws when it is told to resume', async () => {
    const seen: unknown[] = [];
    const engine = engineOf({ events: () => [entry(3, 'c'), entry(1, 'a'), entry(2, 'poison'), entry(7, 'g')] });
    const system = nact.start(nact.configurePersistence(engine));
    const handler: Handler = (_state, message, context) => {
      if (message === 'poison') throw new Error('cannot be folded');
      seen.push(context.recovering ? message : `live ${message}`);
    };
    const onCrash = (_message: unknown, _error: unknown, context: Context) => context.resume;
    const actor = nact.spawnPersistent(system, handler, 'key', 'actor', { onCrash });
    nact.dispatch(actor, 'x');
    await until('it is live', () => seen.includes('live x'));
    expect(seen).toEqual(['c', 'a', 'g', 'live x']);
    nact.stop(system);
  });

  test('needs from events, at once, something whose reduce passes an index', async () => {
    const crashed: string[] = [];
    const system = nact.start(nact.configurePersistence(engineOf({ events: () => Promise.resolve([]) })));
    const onCrash = (_message: unknown, error: Error, context: Context) => {
      crashed.push(error.message);
      return context.stop;
    };
    nact.spawnPersistent(system, () => {}, 'key', 'actor', { onCrash });
    await until('it has crashed', () => crashed.length > 0);
    expect(crashed[0]).toContain('reduce is not a function');
    nact.stop(system);
  });

  test('stops neither the children of an actor that is stopped nor those of a system', async () => {
    const system = nact.start();
    const heard: unknown[] = [];
    const parent = nact.spawn(system, () => {}, 'parent');
    const child = nact.spawn(parent, (_state, message) => void heard.push(message), 'child');
    nact.dispatch(child, 'before its parent is stopped');
    nact.stop(parent);
    await until('the child goes on', () => heard.length > 0);
    // It can be neither found nor stopped any more.
    nact.stop(child);
    expect(census.names()).toEqual(['child']);

    nact.spawn(system, () => {}, 'other');
    nact.stop(system);
    expect(census.names()).toEqual(['child', 'other']);
  });

  test('drops the mailbox of an actor that is stopped, and what is sent to it later goes to the next of its path', async () => {
    const system = nact.start();
    const heard: string[] = [];
    const first = nact.spawn(system, (_state, message) => void heard.push(`first ${message}`), 'same');
    for (const message of ['a', 'b', 'c']) nact.dispatch(first, message);
    nact.stop(first);
    nact.dispatch(first, 'nobody hears this');
    nact.spawn(system, (_state, message) => void heard.push(`second ${message}`), 'same');
    nact.dispatch(first, 'd');
    await turns();
    expect(heard).toEqual(['second d']);
    nact.stop(system);
  });

  test('copies the map of children for every message', async () => {
    const system = nact.start();
    const maps: Map<string, Ref>[] = [];
    const parent = nact.spawn(system, (_state, _message, context) => void maps.push(context.children), 'parent');
    nact.spawn(parent, () => {}, 'child');
    nact.dispatch(parent, 1);
    nact.dispatch(parent, 2);
    await until('both are handled', () => maps.length === 2);
    expect(maps[0]).toEqual(maps[1]);
    expect(maps[0]).not.toBe(maps[1]);
    nact.stop(system);
  });

  test('escalates outside the mailbox, and after a stop with an unhandled rejection that ends the process', () => {
    const program = `
      const nact = require('nact');
      const system = nact.start();
      const parent = nact.spawn(system, () => {}, 'parent');
      const child = nact.spawn(parent, () => { nact.stop(child); throw new Error('thrown'); }, 'child',
        { onCrash: (message, error, context) => context.escalate });
      nact.dispatch(child, 'x');
      setTimeout(() => process.exit(0), 2000);
    `;
    const cwd = new URL('../..', import.meta.url);
    const { status, stderr } = spawnSync(process.execPath, ['-e', program], { cwd, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('handleFault');
  });

  test('counts the messages to its next snapshot one short after a recovery', async () => {
    const snapshots: number[] = [];
    const engine = engineOf({
      events: () => [entry(1, 'a'), entry(2, 'b')],
      takeSnapshot: (snapshot: { sequenceNumber: number }) => {
        snapshots.push(snapshot.sequenceNumber);
        return Promise.resolve();
      },
    });
    const system = nact.start(nact.configurePersistence(engine));
    const handler: Handler = (_state, message, context) =>
      context.recovering ? undefined : context.persist(message).then(() => undefined);
    const actor = nact.spawnPersistent(system, handler, 'key', 'actor', { snapshotEvery: 3 });
    nact.dispatch(actor, 'c');
    nact.dispatch(actor, 'd');
    await until('a snapshot is taken', () => snapshots.length > 0);
    expect(snapshots).toEqual([4]);
    nact.stop(system);
  });

  test('takes neither a colon nor a slash in a name', () => {
    const system = nact.start();
    for (const name of ['a:b', 'a/b']) expect(() => nact.spawn(system, () => {}, name)).toThrow('Invalid argument');
    nact.stop(system);
  });

  test('has no bound for a mailbox', async () => {
    const system = nact.start();
    let handled = 0;
    const count = () => {
      handled += 1;
    };
    const actor = nact.spawn(system, count, 'actor');
    for (let message = 0; message < 5_000; message += 1) nact.dispatch(actor, message);
    await until('all are handled', () => handled === 5_000);
    nact.stop(system);
  });
});
