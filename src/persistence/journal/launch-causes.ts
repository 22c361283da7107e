/** What began the roots that are not over, from the causes of their first entries. */
import type { NativeDatabase } from '../database/native.ts';

export interface LaunchCause {
  readonly root: string;
  readonly cause: string;
}

export function createLaunchCauses(native: NativeDatabase): () => LaunchCause[] {
  const causes = native.prepare(
    `select entry.root, entry.caused_by as cause from open_root
     join entry on entry.root = open_root.root and entry.root_seq = 1
     where entry.caused_by is not null`,
  );
  return () => causes.all() as LaunchCause[];
}
