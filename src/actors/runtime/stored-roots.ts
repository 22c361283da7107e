/** Roots as they lie on disk: folded from the journal, on top of a snapshot where there is one of today's shape. */
import { ArenaError } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import { type FoldedRoot, foldRoot, type MachineOf, shapeOf } from './fold.ts';
import type { Journal } from './journal.ts';
import type { Machine } from './machine.ts';
import type { Log } from './ports.ts';
import { alreadyThere } from './refusals.ts';

export interface StoredRoots {
  /** A root of position 0 is not there. Throws when its journal cannot be read or folded. */
  load(id: string): Promise<{ folded: FoldedRoot; snapshotPosition: number }>;
  /** As of a position. Throws `not_found` when the root is not that long. */
  at(id: string, position: number): Promise<FoldedRoot>;
  /** Throws `conflict` when the root exists and was not begun by this command; not where that cannot be read. */
  refuseOfAnother(id: string, commandId: string | null, cause?: unknown): Promise<void>;
  /** Keeps a snapshot. A failure is counted, and nothing else happens. */
  keepSnapshot(folded: FoldedRoot): Promise<void>;
  snapshotFailures(): number;
}

export function createStoredRoots(options: {
  machines: readonly Machine[];
  machineOf: MachineOf;
  journal: Journal;
  log: Log;
}): StoredRoots {
  const { machineOf, journal, log } = options;
  const shape = shapeOf(options.machines);
  let snapshotFailures = 0;

  return {
    async load(id) {
      const snapshot = await journal.loadSnapshot(id);
      const usable = snapshot?.shape === shape ? snapshot : null;
      const snapshotPosition = usable?.position ?? 0;
      const entries = await journal.load(id, snapshotPosition);
      return { folded: foldRoot(id, machineOf, entries, usable), snapshotPosition };
    },
    async at(id, position) {
      const entries = await journal.load(id);
      if (position < 1 || position > entries.length) {
        throw new ArenaError({
          code: 'not_found',
          message: `${id} has the positions 1 to ${entries.length}, not ${position}`,
        });
      }
      return foldRoot(id, machineOf, entries.slice(0, position));
    },
    async refuseOfAnother(id, commandId, cause) {
      const [first] = await journal.load(id).catch(() => []);
      if (first && first.commandId !== commandId) throw new ArenaError(alreadyThere(id), { cause });
    },
    async keepSnapshot({ root, position, actors }) {
      const streams = [...actors.values()].map(({ address, machine, state, seq }) => ({
        stream: address,
        kind: machine.kind,
        seq,
        state: state as Json,
      }));
      try {
        await journal.saveSnapshot({ root, position, shape, streams });
      } catch (error) {
        snapshotFailures += 1;
        log.warn({ root, err: error }, 'a snapshot could not be kept');
      }
    },
    snapshotFailures: () => snapshotFailures,
  };
}
