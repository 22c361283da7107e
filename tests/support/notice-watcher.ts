/**
 * Listens to what the arena tells on a nats-server, and keeps it by its message id. Not to requests: whoever listens to those is somebody to
 * the server, which then does not say that the agent itself is away.
 */
import { connect, type Msg } from 'nats';
import type { EntryDocument } from '../../src/protocol/entries.ts';
import { subjects } from '../../src/protocol/subjects.ts';
import { atEndOfFile } from './end-of-file.ts';

export interface Notice {
  /** What `Nats-Msg-Id` says: arena, root, position and number. */
  readonly id: string;
  readonly subject: string;
  readonly body: string;
}

export interface NoticeWatcher {
  /** Every notice once, in the order in which they came first. */
  notices(): Notice[];
  /** Ids that came again with another subject or body. */
  contradicted(): string[];
  /** How often an id came again. */
  repeats(): number;
  /** The first notice on a subject, come or to come. */
  until(matches: (notice: Notice) => boolean): Promise<Notice>;
}

const watched = ['arena.>', 'sys.>', subjects.healthSeen.wildcard];
const closing: (() => Promise<void>)[] = [];
atEndOfFile(() => Promise.all(closing.splice(0).map((close) => close())));

export async function watchNotices(url: string): Promise<NoticeWatcher> {
  // It must be back before the arena is, for the server keeps nothing for it.
  const connection = await connect({
    servers: url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 5,
    reconnectJitter: 0,
  });
  closing.push(() => connection.close());
  const first = new Map<string, Notice>();
  const contradicted: string[] = [];
  let repeats = 0;
  let waiting: (() => void)[] = [];
  const take = (_error: Error | null, message: Msg) => {
    const id = message.headers?.get('Nats-Msg-Id');
    if (!id) return;
    const notice = { id, subject: message.subject, body: message.string() };
    const known = first.get(id);
    if (known) {
      repeats += 1;
      if (known.subject !== notice.subject || known.body !== notice.body) contradicted.push(id);
      return;
    }
    first.set(id, notice);
    const told = waiting;
    waiting = [];
    for (const resolve of told) resolve();
  };
  for (const subject of watched) connection.subscribe(subject, { callback: take });
  await connection.flush();
  return {
    notices: () => [...first.values()],
    contradicted: () => contradicted,
    repeats: () => repeats,
    until: async (matches) => {
      for (;;) {
        const found = [...first.values()].find(matches);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

/** The transitions and pauses that a contest's entries tell of, as `<subject> <position>`: none may be missing and none be told that is not there. */
export function flowOf(contestId: string, entries: readonly EntryDocument[]): string[] {
  const base = `arena.contest.${contestId}`;
  return entries.flatMap(({ kind, events, position }) =>
    events.flatMap((event) => {
      const { type, from, to, state } = event as { type: string; from?: string; to?: string; state?: string };
      if (!['contest', 'setup', 'round'].includes(kind)) return [];
      if (type === 'moved') return [`${base}.contestflow.${from}.${to} ${position}`];
      if (type === 'halted') return [`${base}.${kind}machine.${state}.pause ${position}`];
      return [];
    }),
  );
}

/** The same, as a watcher was told of it. */
export function toldFlow(contestId: string, notices: readonly Notice[]): string[] {
  const base = `arena.contest.${contestId}.`;
  return notices
    .filter(
      ({ subject }) =>
        subject.startsWith(`${base}contestflow.`) || (subject.startsWith(base) && subject.endsWith('.pause')),
    )
    .map(({ subject, body }) => `${subject} ${(JSON.parse(body) as { position: number }).position}`);
}
