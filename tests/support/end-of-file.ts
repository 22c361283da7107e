/**
 * Closes what a file of tests has started. Files share processes, and a module that several of them load is loaded once: a hook that it
 * registered would be the first file's alone.
 */
import { afterAll } from 'vitest';

const closings: (() => unknown)[] = [];

/** Is called at the end of every file, also of one that has nothing to close. */
export function atEndOfFile(close: () => unknown): void {
  closings.push(close);
}

/** For the file that begins now. What was loaded last is closed first. */
export function closeAtEndOfFile(): void {
  afterAll(async () => {
    for (const close of closings.toReversed()) await close();
  });
}
