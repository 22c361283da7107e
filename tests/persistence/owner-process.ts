/**
 * A process that owns a database, for `owner.test.ts`: appends when it is told to on standard input, and says what happens, one
 * word a line, on standard output.
 */
import { createInterface } from 'node:readline';
import { openPersistence } from '../../src/persistence/persistence.ts';
import { append, counting, entry } from './entries.ts';
import { keptLog, realClock } from './real-clock.ts';

const [url = '', leaseMs = '10000', wait = 'false'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

let position = 0;
try {
  const log = keptLog();
  const persistence = await openPersistence({
    url,
    clock: realClock,
    log: { ...log, info: (_fields, message) => message.includes('waiting') && say(`waiting ${message}`) },
    projection: counting,
    leaseMs: Number(leaseMs),
    waitForOwnership: wait === 'true',
    onLost: () => say('lost'),
  });
  say(`owns ${persistence.owner.epoch}`);
  position = (await persistence.journal.load('r')).length;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'append') {
      position += 1;
      await append(persistence.journal, 'r', [entry('r', position)]).then(
        () => say(`appended ${position}`),
        (error: Error) => say(`refused ${error.message}`),
      );
    }
    if (line === 'close') break;
  }
  await persistence.close();
  say('closed');
} catch (error) {
  say(`failed ${error instanceof Error ? error.message : error}`);
}
