/** Writes as data: what is to be written can be put off, put together, and carried out by another thread. */

import { messageOf } from '../../protocol/errors.ts';
import { createFence } from '../database/fence.ts';
import { type Cell, type NativeDatabase, type Statement, takesNothing } from '../database/native.ts';

/** One statement with what it binds. `sql` is one of few fixed texts, so that it is prepared once. */
export interface Write {
  readonly sql: string;
  readonly cells: readonly Cell[];
}

/** Writes that are kept together or not at all, while this process still owns the database. */
export interface WriteBatch {
  /** The owner's token, which the transaction compares first. */
  readonly token: string;
  /** Done first; one that is refused refuses nothing else. */
  readonly optional: readonly Write[];
  readonly writes: readonly Write[];
}

/** An optional write that was refused, by its place among those of its batch. */
export interface RefusedWrite {
  readonly index: number;
  readonly message: string;
}

/** Carries batches out on one connection, in a transaction each. Throws SQLite's error, or `OwnershipLost`, when nothing is kept. */
export function createBatchRunner(native: NativeDatabase): (batch: WriteBatch) => RefusedWrite[] {
  const begin = native.prepare('begin immediate');
  const commit = native.prepare('commit');
  const rollback = native.prepare('rollback');
  const fence = createFence(native);
  const prepared = new Map<string, Statement>();

  function statement(sql: string): Statement {
    const known = prepared.get(sql) ?? native.prepare(sql);
    prepared.set(sql, known);
    return known;
  }

  return (batch) => {
    const refused: RefusedWrite[] = [];
    begin.run();
    try {
      fence(batch.token);
      for (const [index, write] of batch.optional.entries()) {
        try {
          statement(write.sql).run(...write.cells);
        } catch (error) {
          if (takesNothing(error)) throw error;
          refused.push({ index, message: messageOf(error) });
        }
      }
      for (const { sql, cells } of batch.writes) statement(sql).run(...cells);
      commit.run();
    } catch (error) {
      if (native.inTransaction) rollback.run();
      throw error;
    }
    return refused;
  };
}
