/**
 * The feed: hands committed entries to its followers, in order of offset, from where each of them was. What followers do
 * with them is theirs; a follower never slows an append.
 */
import type { Feed, Follower } from '../../actors/runtime/feed.ts';
import type { CommittedEntry } from '../../actors/runtime/journal.ts';
import type { Clock, Log } from '../../actors/runtime/ports.ts';

/** Where entries are read again by a follower that was away or too slow. */
interface EntrySource {
  entriesAfter(offset: number, limit: number): Promise<CommittedEntry[]>;
  lastOffset(): number;
}

export interface Cursors {
  load(name: string): Promise<number | null>;
  /** Keeps a cursor soon: after a crash a follower may get entries again that it had. */
  save(name: string, offset: number): void;
}

export interface FeedOptions {
  readonly source: EntrySource;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly log: Log;
  /** Entries that are held in memory for a follower; above it they are read from the journal again. */
  readonly backlogMax?: number;
  readonly batchMax?: number;
  /** The pause after a follower's first rejection; it doubles up to a hundred times that. */
  readonly backoffMs?: number;
}

export interface CommitFeed extends Feed {
  /** Takes the entries of one commit, in order. */
  publish(entries: readonly CommittedEntry[]): void;
  /** A commit has failed, and may be kept nevertheless: what is in the journal and was not told is told before anything else. */
  catchUp(): void;
  /** The offset of the newest committed entry. */
  newestOffset(): number;
  /** Who follows, and how far each is behind the newest entry. */
  followers(): { name: string; behind: number }[];
  /** Stops all followers; resolves when the last of them has finished what it was given. */
  close(): Promise<void>;
}

interface Following {
  /** The offset of the newest entry that was taken. */
  cursor(): number;
  offer(entries: readonly CommittedEntry[]): void;
  stop(): Promise<void>;
}

export function createFeed(options: FeedOptions): CommitFeed {
  const { source, cursors, clock, log, batchMax = 500, backoffMs = 100 } = options;
  const following = new Map<string, Following>();
  const listeners = new Set<(entries: readonly CommittedEntry[]) => void>();
  let newest = source.lastOffset();
  /** What was committed while what was missed is read; null when nothing is. */
  let held: CommittedEntry[] | null = null;
  let catchUps = 0;
  let closed = false;

  function tell(listener: (entries: readonly CommittedEntry[]) => void, entries: readonly CommittedEntry[]): void {
    try {
      listener(entries);
    } catch (error) {
      log.error({ err: error }, 'a listener of the feed has thrown');
    }
  }

  function tellAll(entries: readonly CommittedEntry[]): void {
    const fresh = entries.filter(({ offset }) => offset > newest);
    if (fresh.length === 0) return;
    newest = fresh.at(-1)?.offset ?? newest;
    for (const follower of following.values()) follower.offer(fresh);
    for (const listener of listeners) tell(listener, fresh);
  }

  async function tellMissed(): Promise<void> {
    for (let read = 0; read !== catchUps && !closed; ) {
      const asked = catchUps;
      try {
        const missed = await source.entriesAfter(newest, batchMax);
        const known = new Map(held?.map((entry) => [entry.offset, entry]));
        tellAll(missed.map((entry) => known.get(entry.offset) ?? entry));
        if (missed.length < batchMax) read = asked;
      } catch (error) {
        log.warn({ newest, err: error }, 'what a failed commit may have kept could not be read');
        await new Promise<void>((resolve) => void clock.after(backoffMs, resolve));
      }
    }
    const waiting = held ?? [];
    held = null;
    tellAll(waiting);
  }

  return {
    newestOffset: () => newest,
    followers: () => [...following].map(([name, { cursor }]) => ({ name, behind: Math.max(0, newest - cursor()) })),
    publish(entries) {
      if (held) held.push(...entries);
      else tellAll(entries);
    },
    catchUp() {
      catchUps += 1;
      if (held) return;
      held = [];
      void tellMissed();
    },
    async follow(follower) {
      const { name } = follower;
      if (following.has(name)) throw new Error(`there is a follower named ${name} already`);
      // Known before the cursor is read, so that a second one of the same name is refused at once.
      following.set(name, { cursor: () => newest, offer: () => {}, stop: async () => {} });
      const stored = await cursors.load(name);
      const cursor = stored ?? 0;
      if (stored === null) cursors.save(name, cursor);
      const started = startFollowing(follower, cursor, options);
      following.set(name, started);
      return {
        async stop() {
          await started.stop();
          following.delete(name);
        },
      };
    },
    listen(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    async close() {
      closed = true;
      listeners.clear();
      await Promise.all([...following.values()].map((follower) => follower.stop()));
      following.clear();
    },
  };
}

/**
 * One follower's loop. Behind, it reads from the journal; what is committed while it reads is held as well, so nothing falls
 * between reading and living, and what came twice is told by its offset.
 */
function startFollowing(follower: Follower, from: number, options: FeedOptions): Following {
  const { source, cursors, clock, log, backlogMax = 5_000, batchMax = 500, backoffMs = 100 } = options;
  let cursor = from;
  let backlog: CommittedEntry[] = [];
  let behind = true;
  let stopped = false;
  let rejections = 0;
  let wake: (() => void) | null = null;
  const loop = run();

  async function run(): Promise<void> {
    while (!stopped) {
      const batch = await nextBatch().catch((error: unknown) => refused(error));
      if (stopped || batch === null) continue;
      if (batch.length > 0) await hand(batch);
      else if (!behind && backlog.length === 0) await asleep(null);
    }
  }

  async function nextBatch(): Promise<readonly CommittedEntry[]> {
    if (!behind) return backlog.splice(0, batchMax).filter((entry) => entry.offset > cursor);
    backlog = [];
    behind = false;
    try {
      const batch = await source.entriesAfter(cursor, batchMax);
      behind ||= batch.length === batchMax;
      return batch;
    } catch (error) {
      behind = true;
      throw error;
    }
  }

  async function hand(batch: readonly CommittedEntry[]): Promise<void> {
    try {
      await follower.take(batch);
      cursor = batch.at(-1)?.offset ?? cursor;
      cursors.save(follower.name, cursor);
      rejections = 0;
    } catch (error) {
      // What was taken off the backlog is read again from the journal.
      behind = true;
      await refused(error);
    }
  }

  async function refused(error: unknown): Promise<null> {
    const pause = backoffMs * Math.min(100, 2 ** rejections);
    rejections += 1;
    log.warn(
      { follower: follower.name, cursor, rejections, pause_ms: pause, err: error },
      'a follower could not go on',
    );
    await asleep(pause);
    return null;
  }

  /** Until something is offered or, when there is a pause, until it is over. A stop ends both. */
  function asleep(pauseMs: number | null): Promise<void> {
    if (stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = pauseMs === null ? null : clock.after(pauseMs, finish);
      function finish(): void {
        cancel?.();
        wake = null;
        resolve();
      }
      wake = pauseMs === null ? finish : () => stopped && finish();
    });
  }

  return {
    cursor: () => cursor,
    offer(entries) {
      if (behind) return;
      backlog.push(...entries);
      if (backlog.length > backlogMax) {
        backlog = [];
        behind = true;
      }
      wake?.();
    },
    stop() {
      stopped = true;
      wake?.();
      return loop;
    },
  };
}
