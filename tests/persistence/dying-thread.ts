/** The thread that writes, which dies of a batch that says so: before it has kept anything, or after all of it. */
import { parentPort } from 'node:worker_threads';
import type { BatchMessage } from '../../src/persistence/writing/batches.ts';

const isToDie = (message: BatchMessage | 'close', when: string) =>
  message !== 'close' && message.cells.some((cells) => cells.includes(`die ${when}`));

parentPort?.on('message', (message: BatchMessage | 'close') => {
  if (isToDie(message, 'before')) process.exit(3);
});
await import('../../src/persistence/writing/commit-thread.ts');
parentPort?.on('message', (message: BatchMessage | 'close') => {
  if (isToDie(message, 'after')) process.exit(3);
});
