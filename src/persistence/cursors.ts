/** Where each follower of the feed is, kept in the database; written lazily, since a follower may get entries again. */
import type { Cursors } from './feed.ts';
import type { NativeDatabase } from './native.ts';
import type { Writer } from './writer.ts';

export function createCursors(native: NativeDatabase, writer: Writer): Cursors {
  const read = native.prepare('select "offset" as at from cursor where name = ?');
  const write = native.prepare(
    'insert into cursor (name, "offset") values (?, ?) on conflict (name) do update set "offset" = excluded."offset"',
  );
  return {
    async load(name) {
      await writer.flush();
      return writer.read(() => (read.get(name) as { at: number } | undefined)?.at ?? null);
    },
    save: (name, offset) => writer.later(`cursor ${name}`, () => void write.run(name, offset)),
  };
}
