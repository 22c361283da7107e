/**
 * The seal of a snapshot: a chain of hashes over its entries and a hash of the whole, so that what was changed can be named. Pure. Of a long
 * contest it takes its time, so it stops after every entry, and whoever asks for it can do something else meanwhile.
 */
import { createHash, hash } from 'node:crypto';
import { canonicalText } from './canonical-text.ts';
import type { EntryDocument } from './entries.ts';
import type { InputProblem } from './errors.ts';
import type { SealedEntry, SnapshotDocument } from './snapshot.ts';

export type UnsealedSnapshot = Omit<SnapshotDocument, 'entries' | 'hash'> & {
  readonly entries: readonly EntryDocument[];
};

export function* sealSnapshot(contents: UnsealedSnapshot): Generator<void, SnapshotDocument> {
  let predecessor = '';
  const entries: SealedEntry[] = [];
  for (const entry of contents.entries) {
    predecessor = chainHash(predecessor, entry);
    entries.push({ ...entry, hash: predecessor });
    yield;
  }
  const document = { ...contents, entries };
  return { ...document, hash: yield* hashOf(document) };
}

/** The first thing that does not fit, with the entry that it is about, or null for a document as it was sealed. */
export function* problemWithSeal(document: SnapshotDocument): Generator<void, InputProblem | null> {
  const { hash: sealed, ...contents } = document;
  let predecessor = '';
  for (const [index, { hash: own, ...entry }] of document.entries.entries()) {
    const path = `entries[${index}]`;
    if (entry.position !== index + 1)
      return { path, message: `entry ${index + 1} is missing: entry ${entry.position} stands in its place` };
    predecessor = chainHash(predecessor, entry);
    if (predecessor !== own) return { path, message: `entry ${entry.position} is not as it was sealed` };
    yield;
  }
  const { length } = document.entries;
  if (length < document.position)
    return { path: `entries[${length}]`, message: `entry ${length + 1} of ${document.position} is missing` };
  if ((yield* hashOf(contents)) === sealed) return null;
  return { path: 'hash', message: 'the entries are as they were sealed, but something beside them was changed' };
}

function chainHash(predecessor: string, entry: EntryDocument): string {
  return hash('sha256', `${predecessor}\n${canonicalText(entry)}`, 'hex');
}

/** Of the canonical text of the whole, which is that of its members in the order of their names; the entries are most of it. */
function* hashOf(document: Omit<SnapshotDocument, 'hash'>): Generator<void, string> {
  const sum = createHash('sha256');
  const names = Object.keys(document).sort() as (keyof typeof document)[];
  for (const [index, name] of names.entries()) {
    sum.update(`${index === 0 ? '{' : ','}${canonicalText(name)}:`);
    if (name !== 'entries') {
      sum.update(canonicalText(document[name]));
      continue;
    }
    for (const [place, entry] of document.entries.entries()) {
      sum.update(`${place === 0 ? '[' : ','}${canonicalText(entry)}`);
      yield;
    }
    sum.update(document.entries.length === 0 ? '[]' : ']');
  }
  return sum.update('}').digest('hex');
}
