/** The seal of a snapshot: a chain of hashes over its entries and a hash of the whole, so that what was changed can be named. Pure. */
import { hash } from 'node:crypto';
import { canonicalText } from './canonical-text.ts';
import type { EntryDocument } from './entries.ts';
import type { InputProblem } from './errors.ts';
import type { SealedEntry, SnapshotDocument } from './snapshot.ts';

export type UnsealedSnapshot = Omit<SnapshotDocument, 'entries' | 'hash'> & {
  readonly entries: readonly EntryDocument[];
};

export function sealSnapshot(contents: UnsealedSnapshot): SnapshotDocument {
  let predecessor = '';
  const entries = contents.entries.map((entry): SealedEntry => {
    predecessor = chainHash(predecessor, entry);
    return { ...entry, hash: predecessor };
  });
  const document = { ...contents, entries };
  return { ...document, hash: hashOf(document) };
}

/** The first thing that does not fit, with the entry that it is about, or null for a document as it was sealed. */
export function problemWithSeal(document: SnapshotDocument): InputProblem | null {
  const { hash: sealed, ...contents } = document;
  let predecessor = '';
  for (const [index, { hash: own, ...entry }] of document.entries.entries()) {
    const path = `entries[${index}]`;
    if (entry.position !== index + 1)
      return { path, message: `entry ${index + 1} is missing: entry ${entry.position} stands in its place` };
    predecessor = chainHash(predecessor, entry);
    if (predecessor !== own) return { path, message: `entry ${entry.position} is not as it was sealed` };
  }
  const { length } = document.entries;
  if (length < document.position)
    return { path: `entries[${length}]`, message: `entry ${length + 1} of ${document.position} is missing` };
  if (hashOf(contents) === sealed) return null;
  return { path: 'hash', message: 'the entries are as they were sealed, but something beside them was changed' };
}

function chainHash(predecessor: string, entry: EntryDocument): string {
  return hash('sha256', `${predecessor}\n${canonicalText(entry)}`, 'hex');
}

function hashOf(document: object): string {
  return hash('sha256', canonicalText(document), 'hex');
}
