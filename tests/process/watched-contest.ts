/** A contest that is followed across restarts of the arena: every entry that was ever shown, and the states that they led to. */
import type { EntryDocument } from '../../src/protocol/entries.ts';
import { type ContestClient, type EntryStream, movesOf } from '../support/contest-client.ts';

export interface WatchedContest {
  readonly id: string;
  /** Everything that was shown so far, in order, whichever process showed it. */
  shown(): readonly EntryDocument[];
  /** Follows it at this process, from where the last one was left. */
  follow(client: ContestClient): void;
  leave(): Promise<void>;
  /** The first entry that matches, shown already or to come. */
  until(matches: (entry: EntryDocument) => boolean): Promise<EntryDocument>;
  /** The entry by which the contest itself enters a state. */
  reached(state: string): Promise<EntryDocument>;
  /** Resolves when so many more entries were shown, or it has ended. */
  more(count: number): Promise<void>;
  /** The states that its machines are in by what was shown: `contest in_round`, `round judging_actions` and so on. */
  states(): string[];
  hasEnded(): boolean;
}

function enters(entry: EntryDocument, state: string): boolean {
  return movesOf(entry).some(({ kind, to }) => kind === 'contest' && to === state);
}

const ends = ['complete', 'cancelled', 'fail'];

export function watchContest(id: string): WatchedContest {
  const before: EntryDocument[] = [];
  let stream: EntryStream | null = null;
  const shown = () => [...before, ...(stream?.entries ?? [])];
  const open = () => {
    if (!stream) throw new Error(`contest ${id} is not followed`);
    return stream;
  };
  const isEnd = (entry: EntryDocument) => ends.some((state) => enters(entry, state));

  const watched: WatchedContest = {
    id,
    shown,
    follow: (client) => {
      stream = client.follow(id, before.at(-1)?.position ?? 0);
    },
    leave: async () => {
      await stream?.close();
      before.push(...(stream?.entries ?? []));
      stream = null;
    },
    until: async (matches) => before.find(matches) ?? open().until(matches),
    reached: (state) => watched.until((entry) => enters(entry, state)),
    more: async (count) => {
      const ended = open()
        .until(isEnd)
        .catch(() => undefined);
      await Promise.race([open().more(count), ended]);
    },
    states: () => {
      const states = new Map<string, string>();
      for (const entry of shown()) {
        if (entry.seq === 1) states.set(entry.kind, entry.kind === 'contest' ? 'created' : 'idle');
        for (const { kind, to } of movesOf(entry)) states.set(kind.replace(' halted', ''), to);
      }
      return ['contest', 'setup', 'round'].flatMap((kind) => (states.has(kind) ? [`${kind} ${states.get(kind)}`] : []));
    },
    hasEnded: () => shown().some(isEnd),
  };
  return watched;
}
