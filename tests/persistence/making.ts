/** Databases on real files that are closed and deleted with the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openPersistence, type Persistence, type PersistenceOptions } from '../../src/persistence/persistence.ts';
import { counting } from './entries.ts';
import { keptLog, realClock } from './real-clock.ts';

/** The URL of a database file that does not exist yet, in a folder that goes away with the test. */
export function newDatabaseUrl(): string {
  const folder = mkdtempSync(join(tmpdir(), 'arena-persistence-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, 'arena.db')}`;
}

export async function opened(options: Partial<PersistenceOptions> = {}): Promise<Persistence> {
  const persistence = await openPersistence({
    url: newDatabaseUrl(),
    clock: realClock,
    log: keptLog(),
    projection: counting,
    ...options,
  });
  onTestFinished(() => persistence.close());
  return persistence;
}
