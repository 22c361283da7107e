/**
 * What outlives the processes of a simulated world: the journal, the cursors of its followers, the tables. Commits fail in every way, and
 * a process that has lost the store to another is refused.
 */

import type { Journal } from '../../src/actors/runtime/journal.ts';
import { createPastStates } from '../../src/actors/runtime/past-states.ts';
import type { Clock } from '../../src/actors/runtime/ports.ts';
import { machineOf, projection } from '../../src/machines.ts';
import { OwnershipLost } from '../../src/persistence/database/fence.ts';
import { type CommitFeed, createFeed } from '../../src/persistence/journal/feed.ts';
import { createMemoryJournal, type MemoryFault, type MemoryJournal } from '../persistence/journal-memory.ts';
import { memoryLog } from '../support/clock.ts';
import type { Draws } from '../support/draws.ts';
import type { Chaos } from './chaos.ts';
import { createOwner, type EventLoop, type Owner } from './event-loop.ts';
import { createTableStore, type TableStore } from './table-store.ts';

/** The store as one process has it open. */
export interface OpenStore {
  readonly journal: Journal;
  readonly feed: CommitFeed;
  /** The newest offset when another process took over, or else of all. */
  ownedUntil(): number;
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
  /** For a new process. The one before may still run: it reads on, and is refused when it writes. */
  open(owner: Owner, fates: Fates): OpenStore;
}

/** How a process hears from its store that it is to end. */
export interface Fates {
  /** A commit is to end it. */
  dies(): void;
  /** It was refused: another process owns the store. */
  lost(): void;
}

export interface StoreOptions {
  readonly loop: EventLoop;
  readonly draws: Draws;
  readonly chaos: Chaos;
  /** Only the process that opened the store last may write. */
  readonly isFenced: boolean;
}

/** Reading has failed, on purpose. */
export class StorageFault extends Error {
  override readonly message = 'the disk could not be read';
}

export function createStore({ loop, draws, chaos, isFenced }: StoreOptions): Store {
  const cursors = new Map<string, number>();
  const tables = createTableStore(projection);
  const log = memoryLog();
  const disk = createOwner('disk');
  const kept = createMemoryJournal({ clock: loop.clockOf(disk), log, groupEntries: draws.pick([1, 20, 500]) });
  let takeFromLast = () => {};

  function drawFault(dies: () => void): MemoryFault | null {
    if (draws.chance(chaos.failBefore)) return { when: 'before', outcome: 'fail' };
    if (draws.chance(chaos.failAfter)) return { when: 'after', outcome: 'fail' };
    const when = draws.chance(chaos.dieBefore) ? 'before' : draws.chance(chaos.dieAfter) ? 'after' : null;
    if (!when) return null;
    dies();
    return { when, outcome: 'halt' };
  }

  /** A disk takes its time now and then. */
  function diskClock(clock: Clock): Clock {
    return {
      ...clock,
      soon(callback) {
        if (draws.chance(chaos.slowCommit)) clock.after(draws.between(1, 40), callback);
        else clock.soon(callback);
      },
    };
  }

  return {
    tables,
    lastOffset: () => kept.lastOffset(),
    entriesAfter: (offset, limit) => kept.entriesAfter(offset, limit),
    loadSnapshot: (root) => kept.loadSnapshot(root),
    openRoots: () => kept.openRoots(),
    open(owner, { dies, lost }) {
      let lostAt: number | null = null;
      takeFromLast();
      takeFromLast = () => {
        lostAt = kept.lastOffset();
      };
      /** As for every write: whether it is this process that may. */
      const owns = () => lostAt === null || !isFenced;
      const clock = loop.clockOf(owner);
      const opened = kept.openAgain({
        clock: diskClock(clock),
        committed: (entries) => feed.publish(entries),
        failed: () => feed.catchUp(),
      });
      opened.onCommit(() => {
        if (owns()) return drawFault(dies);
        lost();
        return { when: 'before', outcome: 'fail', error: new OwnershipLost() };
      });
      const feed = createFeed({
        source: opened,
        cursors: {
          load: async (name) => cursors.get(name) ?? null,
          // Kept a little later: a process that dies before hands some entries out again.
          save: (name, offset) =>
            void loop.after(owner, draws.between(0, 200), () => {
              if (owns()) cursors.set(name, offset);
            }),
        },
        clock,
        log,
      });
      return {
        journal: {
          ...opened,
          async load(root, after) {
            if (draws.chance(chaos.failLoad)) throw new StorageFault();
            return opened.load(root, after);
          },
          async saveSnapshot(snapshot) {
            if (!owns()) throw new OwnershipLost();
            await opened.saveSnapshot(snapshot);
          },
          forget(root) {
            if (owns()) opened.forget(root);
          },
        },
        feed,
        ownedUntil: () => lostAt ?? kept.lastOffset(),
        async startTables() {
          await feed.follow(tables.follower(createPastStates({ machineOf, journal: opened }), owns));
        },
        shown: () => tables.waitFor(opened.lastOffset()),
      };
    },
  };
}
