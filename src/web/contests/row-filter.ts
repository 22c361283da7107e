/** Which contests of the list are shown. */
import type { OverviewRow } from '../../client/client.ts';
import { isContestAtRest } from '../../protocol/states.ts';

export interface Group {
  readonly name: string;
  readonly holds: (row: OverviewRow) => boolean;
}

/** It goes on by itself. */
export function isRunning({ state, paused, auto_advance: goesOn }: OverviewRow): boolean {
  return !isContestAtRest(state) && !paused && goesOn;
}

/** Somebody has to start it, resume it or take its next step. */
function isWaiting(row: OverviewRow): boolean {
  return row.state === 'created' || (!isContestAtRest(row.state) && !isRunning(row));
}

export const groups: readonly Group[] = [
  { name: 'All', holds: () => true },
  { name: 'Running', holds: isRunning },
  { name: 'Waiting', holds: isWaiting },
  { name: 'Failed', holds: ({ state }) => state === 'fail' },
  { name: 'Over', holds: ({ state }) => state === 'complete' || state === 'cancelled' },
];

/** Every word must be found in the id, the arena's name, the state or a player's name. */
export function matches(row: OverviewRow, search: string): boolean {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  const text = [row.id, row.arena, row.state, ...row.players.map(({ name }) => name)].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
