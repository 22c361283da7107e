/** Reads what a player says it does: a verb of the game and what it is aimed at. Whether that is allowed is for the game's rules. */
import type { ActionTaken } from '../../protocol/contest.ts';
import { type Cell, parsePosition } from '../../protocol/positions.ts';
import { cellOf, type Seat, type Situation } from './situation.ts';

/** Each verb of a game with the other words that mean it. */
export type Verbs<Verb extends string> = Readonly<Record<Verb, readonly string[]>>;

export interface Command<Verb extends string> {
  /** Null when no verb of the game is among the words. */
  verb: Verb | null;
  /** What it is aimed at, in the player's words; empty when nothing was said. */
  target: string;
}

const fillers = new Set([
  'to',
  'at',
  'the',
  'from',
  'towards',
  'toward',
  'into',
  'onto',
  'a',
  'my',
  'on',
  'for',
  'up',
  'with',
  'cell',
  'position',
]);

/** `{"action": "run", "target": "3,4"}`, `Run to (3, 4)` and `I grab the Blue flag` alike: the first word that is a verb counts. */
export function readCommand<Verb extends string>(action: ActionTaken, verbs: Verbs<Verb>): Command<Verb> {
  const words = action.action
    .toLowerCase()
    .split(/[\s.!():;"'*_]+/)
    .filter((word) => word !== '');
  const names = Object.keys(verbs) as Verb[];
  for (const [index, word] of words.entries()) {
    const verb = names.find((name) => name === word || verbs[name].includes(word));
    if (verb === undefined) continue;
    const said = (action.target ?? '').trim();
    return { verb, target: withoutFillers(said === '' ? words.slice(index + 1) : said.toLowerCase().split(/\s+/)) };
  }
  return { verb: null, target: (action.target ?? '').trim().toLowerCase() };
}

/** `to the well` is the well; a filler inside a name belongs to it. */
function withoutFillers(words: readonly string[]): string {
  const first = words.findIndex((word) => !fillers.has(word));
  return first < 0 ? '' : words.slice(first).join(' ');
}

/** The cell that a target names: a position, or where a feature or a player is. */
export function targetCell(target: string, situation: Situation): Cell | null {
  const written = /(\d{1,4})\s*,\s*(\d{1,4})/.exec(target);
  if (written) return parsePosition(`${written[1]},${written[2]}`);
  const feature = findNamed(target, situation.features);
  if (feature) return cellOf(feature, situation.seats);
  return findNamed(target, situation.seats)?.cell ?? null;
}

/** The one that a target names: by id, by its whole name, or by a part of it that only one has. */
export function findNamed<T extends { readonly id: string; readonly name: string }>(
  target: string,
  among: readonly T[],
): T | null {
  if (target === '') return null;
  const wanted = target.toLowerCase();
  const exact = among.find(({ id, name }) => id.toLowerCase() === wanted || name.toLowerCase() === wanted);
  if (exact) return exact;
  const partly = among.filter(({ name }) => name.toLowerCase().includes(wanted) || wanted.includes(name.toLowerCase()));
  return partly.length === 1 ? (partly[0] ?? null) : null;
}

export function livingSeats(seats: readonly Seat[]): Seat[] {
  return seats.filter(({ out }) => !out);
}
