/** What outlives the processes of a simulated world: the journal, the cursors of its followers, the tables. Commits fail in every way. */

import type { Journal } from '../../src/actors/runtime/journal.ts';
import { createPastStates } from '../../src/actors/runtime/past-states.ts';
import type { Clock } from '../../src/actors/runtime/ports.ts';
import { machineOf, projection } from '../../src/machines.ts';
import { type CommitFeed, createFeed } from '../../src/persistence/feed.ts';
import { createMemoryJournal, type MemoryFault, type MemoryJournal } from '../../src/persistence/journal-memory.ts';
import { memoryLog } from '../support/clock.ts';
import type { Draws } from '../support/draws.ts';
import type { Chaos } from './chaos.ts';
import type { EventLoop, Owner } from './event-loop.ts';
import { createTableStore, type TableStore } from './table-store.ts';

/** The store as one process has it open. */
export interface OpenStore {
  readonly journal: Journal;
  readonly feed: CommitFeed;
  /** Keeps the tables up from now on. */
  startTables(): Promise<void>;
  /** Resolves when the tables show all that is committed. */
  shown(): Promise<void>;
}

export interface Store {
  readonly tables: TableStore;
  /** The newest offset that is on disk. */
  lastOffset(): number;
  entriesAfter: MemoryJournal['entriesAfter'];
  loadSnapshot: MemoryJournal['loadSnapshot'];
  openRoots: MemoryJournal['openRoots'];
  /** For a new process; the one before has no hold of it any more. `dies` is called when a commit is to end the process. */
  open(owner: Owner, dies: () => void): OpenStore;
}

/** Reading has failed, on purpose. */
export class StorageFault extends Error {
  override readonly message = 'the disk could not be read';
}

export function createStore({ loop, draws, chaos }: { loop: EventLoop; draws: Draws; chaos: Chaos }): Store {
  const cursors = new Map<string, number>();
  const tables = createTableStore(projection);
  const log = memoryLog();
  let clock: Clock | null = null;
  let feed: CommitFeed | null = null;

  const currentClock = (): Clock => {
    if (!clock) throw new Error('the store is not open');
    return clock;
  };
  /** A disk takes its time now and then. */
  const diskClock: Clock = {
    now: () => currentClock().now(),
    after: (delayMs, callback) => currentClock().after(delayMs, callback),
    soon(callback) {
      if (draws.chance(chaos.slowCommit)) currentClock().after(draws.between(1, 40), callback);
      else currentClock().soon(callback);
    },
  };
  let journal = createMemoryJournal({
    clock: diskClock,
    log,
    groupEntries: draws.pick([1, 20, 500]),
    committed: (entries) => feed?.publish(entries),
    failed: () => feed?.catchUp(),
  });

  function drawFault(dies: () => void): MemoryFault | null {
    if (draws.chance(chaos.failBefore)) return { when: 'before', outcome: 'fail' };
    if (draws.chance(chaos.failAfter)) return { when: 'after', outcome: 'fail' };
    const when = draws.chance(chaos.dieBefore) ? 'before' : draws.chance(chaos.dieAfter) ? 'after' : null;
    if (!when) return null;
    dies();
    return { when, outcome: 'halt' };
  }

  return {
    tables,
    lastOffset: () => journal.lastOffset(),
    entriesAfter: (offset, limit) => journal.entriesAfter(offset, limit),
    loadSnapshot: (root) => journal.loadSnapshot(root),
    openRoots: () => journal.openRoots(),
    open(owner, dies) {
      journal = journal.reopen();
      const opened = journal;
      clock = loop.clockOf(owner);
      opened.onCommit(() => drawFault(dies));
      const openFeed = createFeed({
        source: opened,
        cursors: {
          load: async (name) => cursors.get(name) ?? null,
          // Kept a little later: a process that dies before hands some entries out again.
          save: (name, offset) => void loop.after(owner, draws.between(0, 200), () => cursors.set(name, offset)),
        },
        clock,
        log,
      });
      feed = openFeed;
      return {
        journal: {
          ...opened,
          async load(root, after) {
            if (draws.chance(chaos.failLoad)) throw new StorageFault();
            return opened.load(root, after);
          },
        },
        feed: openFeed,
        async startTables() {
          await openFeed.follow(tables.follower(createPastStates({ machineOf, journal: opened })));
        },
        shown: () => tables.waitFor(opened.lastOffset()),
      };
    },
  };
}
