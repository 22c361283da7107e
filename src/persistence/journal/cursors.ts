/** Where each follower of the feed is, kept in the database; written lazily, since a follower may get entries again. */

import type { NativeDatabase } from '../database/native.ts';
import type { Write } from '../writing/write.ts';
import type { Writer } from '../writing/writer.ts';
import type { Cursors } from './feed.ts';

export function createCursors(native: NativeDatabase, writer: Writer): Cursors {
  return {
    async load(name) {
      await writer.flush();
      return writer.read(() => cursorAt(native, name));
    },
    save: (name, offset) => writer.writeEventually(`cursor ${name}`, cursorWrite(name, offset)),
  };
}

/** The offset that a follower has reached, or null when it never followed. */
export function cursorAt(native: NativeDatabase, name: string): number | null {
  const row = native.prepare('select "offset" as at from cursor where name = ?').get(name);
  return (row as { at: number } | undefined)?.at ?? null;
}

export function cursorWrite(name: string, offset: number): Write {
  return { sql: saveCursorSql, cells: [name, offset] };
}

const saveCursorSql =
  'insert into cursor (name, "offset") values (?, ?) on conflict (name) do update set "offset" = excluded."offset"';
