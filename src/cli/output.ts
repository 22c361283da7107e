/** Where a command's result goes when a file is named for it, instead of to standard output. */
import { writeFile } from 'node:fs/promises';
import { UsageError } from './context.ts';

export async function writeOutput(file: string, contents: string | Uint8Array): Promise<void> {
  await writeFile(file, contents).catch((error: Error) => {
    throw new UsageError(`${file} cannot be written: ${error.message}`, { cause: error });
  });
}
