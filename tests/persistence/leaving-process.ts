/** A process that writes with the thread, fails, and is left to end by itself: its exit status is 7 when the write was kept. */

import { openDatabase } from '../../src/persistence/database/database.ts';
import { createBatches } from '../../src/persistence/writing/batches.ts';
import { keptLog } from './real-clock.ts';

const database = await openDatabase({ url: process.argv[2] ?? '', log: keptLog() });
database.native.exec("create table owner (token text); insert into owner values ('me')");
const write = { sql: 'update owner set token = ?', cells: ['me'] };
createBatches(database).carryOut({ token: 'me', optional: [], writes: [write] }, (outcome) => {
  process.exitCode = outcome instanceof Error ? 1 : 7;
  void database.close();
});
