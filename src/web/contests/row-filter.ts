/** Which contests of the list are shown. */
import type { OverviewRow } from '../../client/client.ts';

export interface Group {
  readonly name: string;
  readonly holds: (row: OverviewRow) => boolean;
}

const restingStates: readonly string[] = ['created', 'complete', 'fail', 'cancelled'];

export function isRunning({ state, paused }: Pick<OverviewRow, 'state' | 'paused'>): boolean {
  return !restingStates.includes(state) && !paused;
}

export const groups: readonly Group[] = [
  { name: 'All', holds: () => true },
  { name: 'Running', holds: isRunning },
  { name: 'Waiting', holds: (row) => row.state === 'created' || (row.paused && !restingStates.includes(row.state)) },
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
