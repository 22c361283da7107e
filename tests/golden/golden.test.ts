/** Journals of contests that were played with this version and those before it: each is read today as it was then, for good. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditEntries } from '../../src/actors/contest/audit.ts';
import { contestDocument } from '../../src/actors/contest/document.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import type { Entry } from '../../src/actors/runtime/journal.ts';
import { machineOf } from '../../src/machines.ts';
import { contestDocumentSchema } from '../../src/protocol/contest.ts';
import { entrySchema } from '../../src/protocol/entries.ts';
import { atOnce } from '../support/at-once.ts';

const goldenSchema = z.object({ version: z.string(), document: contestDocumentSchema, entries: z.array(entrySchema) });
const files = globSync('journals/*/*.json', { cwd: import.meta.dirname }).sort();

it('there are journals', () => {
  expect(files.length).toBeGreaterThanOrEqual(5);
});

describe.each(files)('%s', (file) => {
  const {
    document,
    entries: kept,
    version,
  } = goldenSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')));
  const root = `contest/${document.id}`;
  const entries = kept.map(
    ({ command_id, caused_by, ...entry }): Entry => ({ ...entry, root, commandId: command_id, causedBy: caused_by }),
  );

  it('stands in the folder of its version', () => {
    expect(basename(join(file, '..'))).toBe(version);
  });

  it('folds to the document that it did', () => {
    expect(contestDocument(foldRoot(root, machineOf, entries))).toEqual(document);
  });

  it('holds: every request follows from the state before it, with the view that was sent', () => {
    const { problems, entries: count, requests } = atOnce(auditEntries(root, machineOf, entries));
    expect(problems).toEqual([]);
    expect(count).toBe(entries.length);
    expect(requests).toBeGreaterThan(0);
  });
});
