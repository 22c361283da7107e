/**
 * The relay: a follower of the journal that tells everybody on the bus what has happened. Its cursor moves only after the bus has
 * flushed, and every message has an id that follows from its entry, so a crash repeats a message rather than losing it.
 */
import type { Follower } from '../actors/runtime/feed.ts';
import type { CommittedEntry } from '../actors/runtime/journal.ts';
import type { Log } from '../actors/runtime/ports.ts';
import type { PublicationsOf } from '../actors/runtime/publication.ts';
import { checkedChosenSubject } from '../protocol/subject-rules.ts';
import type { BusConnection } from './bus.ts';

export interface RelayOptions {
  readonly arenaId: string;
  readonly bus: BusConnection;
  readonly log: Log;
  readonly publicationsOf: PublicationsOf;
  /** Entries with the states they led to; those read back from the journal have none of their own. */
  readonly withStates: (entries: readonly CommittedEntry[]) => Promise<readonly CommittedEntry[]>;
}

export function createRelay(options: RelayOptions): Follower {
  const { arenaId, bus, log, publicationsOf } = options;

  function publish(entry: CommittedEntry): void {
    publicationsOf(entry).forEach(({ subject, body, isChosen }, index) => {
      try {
        bus.publish(isChosen ? checkedChosenSubject(subject) : subject, body, {
          headers: { 'Nats-Msg-Id': `${arenaId}.${entry.root}.${entry.position}.${index}` },
        });
      } catch (error) {
        // A subject on which nothing can be published, such as a channel from before it was reserved, must not hold up all others.
        log.warn(
          { subject, root: entry.root, position: entry.position, err: error },
          'a notice could not be published',
        );
      }
    });
  }

  return {
    name: 'relay',
    async take(entries) {
      const hasStates = entries.every((entry) => entry.state !== undefined || entry.kind === 'catalogue');
      for (const entry of hasStates ? entries : await options.withStates(entries)) publish(entry);
      await bus.flush();
    },
  };
}
