/**
 * Deletes what is kept beside the journal of a closed root: its snapshot, for nothing goes on from it, and after some days its receipts,
 * which answer callers who repeat a command. The receipt of a root's first command stays: asking for the same job again is answered as
 * long as the job exists.
 */
import { z } from 'zod';
import { type Clock, type Log, laterTurn } from '../../actors/runtime/ports.ts';
import type { NativeDatabase } from '../database/native.ts';
import type { Writer } from '../writing/writer.ts';

export interface Pruning {
  /** Resolves when all has been looked through. */
  prune(): Promise<void>;
  stop(): void;
}

const firstMs = 60_000;
const dayMs = 86_400_000;
/** Looked through without a pause: some milliseconds. */
const receiptsPerTurn = 1_000;

/** Prunes soon after the start, and then daily. */
export function startPruning(options: {
  native: NativeDatabase;
  writer: Pick<Writer, 'read' | 'write'>;
  clock: Clock;
  log: Log;
  /** So long after the last entry of its root a receipt is kept. */
  receiptDays: number;
}): Pruning {
  const { native, writer, clock, log, receiptDays } = options;
  const newest = native.prepare('select coalesce(max(rowid), 0) as last from receipt');
  const idle = native.prepare(idleReceiptsSql);
  let stopped = false;
  let cancel = clock.after(firstMs, soonAndDaily);

  function soonAndDaily(): void {
    prune().catch((error: unknown) => log.warn({ err: error }, 'snapshots and receipts could not be pruned'));
    cancel = clock.after(dayMs, soonAndDaily);
  }

  async function prune(): Promise<void> {
    await writer.write({ sql: idleSnapshotsSql, cells: [] });
    const before = clock.now() - receiptDays * dayMs;
    const { last } = await writer.read(() => lastSchema.parse(newest.get()));
    for (let from = 0; from < last && !stopped; from += receiptsPerTurn) {
      const rows = await writer.read(() => idle.all(from, from + receiptsPerTurn, before));
      const ids = rowsSchema.parse(rows).map(({ command_id }) => command_id);
      if (ids.length > 0) await writer.write({ sql: deleteReceiptsSql, cells: [JSON.stringify(ids)] });
      await laterTurn(clock);
    }
  }

  return {
    prune,
    stop() {
      stopped = true;
      cancel();
    },
  };
}

const lastSchema = z.object({ last: z.number() });
const rowsSchema = z.array(z.object({ command_id: z.string() }));

const idleSnapshotsSql = 'delete from snapshot where root not in (select root from open_root)';
const idleReceiptsSql = `select command_id from receipt
  where rowid > ? and rowid <= ?
    and root not in (select root from open_root)
    and (select at from entry where entry.root = receipt.root order by root_seq desc limit 1) < ?
    and command_id <> (select command_id from entry where entry.root = receipt.root and root_seq = 1)`;
const deleteReceiptsSql = 'delete from receipt where command_id in (select value from json_each(?))';
