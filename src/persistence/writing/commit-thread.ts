/**
 * The thread that writes: a connection of its own to the database's file, on which it carries out batches one after the other. It
 * waits for the disk so that the event loop need not. Who sends the batches is `batches.ts`.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../protocol/errors.ts';
import { OwnershipLost } from '../database/fence.ts';
import { type NativeDatabase, setPragmas } from '../database/native.ts';
import type { BatchMessage, BatchOutcome } from './batches.ts';
import { createBatchRunner, type Write } from './write.ts';

// The very library that MikroORM has loaded: a second copy would not share its locks.
const requireOfDriver = createRequire(import.meta.resolve('@mikro-orm/sqlite'));
const SqliteDatabase = requireOfDriver('better-sqlite3') as new (path: string) => NativeDatabase & { close(): void };

const { path } = workerData as { path: string };
const native = new SqliteDatabase(path);
setPragmas(native);
const run = createBatchRunner(native);
const statements: string[] = [];

function writesOf(message: BatchMessage): Write[] {
  return message.cells.map((cells, index) => ({ sql: statements[message.statements[index] ?? -1] ?? '', cells }));
}

function carryOut(message: BatchMessage): BatchOutcome {
  statements.push(...message.newStatements);
  const writes = writesOf(message);
  const { token, optional } = message;
  try {
    return { refused: run({ token, optional: writes.slice(0, optional), writes: writes.slice(optional) }) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
    const text = messageOf(error);
    return { error: { message: text, code, ownershipLost: error instanceof OwnershipLost } };
  }
}

parentPort?.on('message', (message: BatchMessage | 'close') => {
  if (message !== 'close') return parentPort?.postMessage(carryOut(message));
  native.close();
  parentPort?.close();
});
