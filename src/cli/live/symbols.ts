/** Which letter stands for whom on the grid: capitals for players, small letters and digits for features, by name. */
import type { Feature } from '../../protocol/contest.ts';
import { clean } from './text.ts';

const capitals = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const smalls = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

export interface Symbols {
  readonly player: ReadonlyMap<string, string>;
  /** By name: features of one name, such as the cells of a wall, share a letter. */
  readonly feature: ReadonlyMap<string, string>;
}

export function symbolsFor(players: readonly { id: string; name: string }[], features: readonly Feature[]): Symbols {
  const names = [...new Set(features.map((feature) => feature.name))];
  return {
    player: assign(
      players.map((player) => [player.id, player.name.toUpperCase()]),
      capitals,
    ),
    feature: assign(
      names.map((name) => [name, name.toLowerCase()]),
      smalls,
    ),
  };
}

/** The first that is still free of a name's initials, then of its letters, then of all; `?` when all are taken. */
function assign(wanted: readonly (readonly [key: string, name: string])[], letters: readonly string[]) {
  const given = new Map<string, string>();
  const free = new Set(letters);
  for (const [key, name] of wanted) {
    const initials = clean(name)
      .split(' ')
      .map((word) => word.slice(0, 1));
    const letter = [...initials, ...clean(name)].find((one) => free.has(one)) ?? free.values().next().value ?? '?';
    free.delete(letter);
    given.set(key, letter);
  }
  return given;
}
