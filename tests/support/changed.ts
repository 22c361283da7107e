/** JSON with something in it changed, as a draw has it: what nobody means to send, and somebody will. */
import type { Draws } from './draws.ts';

export const oddities: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  2 ** 53,
  1e308,
  '',
  'x',
  '\u0000',
  '\ud800',
  '../../etc',
  '__proto__',
  '9'.repeat(40),
  'long '.repeat(500),
  [],
  {},
  ['x'],
  { a: 1 },
];

/** One value somewhere in it is another, is gone, stands twice, or has company. */
export function changed(body: unknown, draws: Draws): unknown {
  const copy: unknown = structuredClone(body);
  const parents = containersIn(copy);
  if (parents.length === 0) return draws.pick(oddities);
  const parent = draws.pick(parents);
  const key = draws.pick([...Object.keys(parent), 'company']);
  if (draws.chance(0.3)) Reflect.deleteProperty(parent, key);
  else if (Array.isArray(parent) && draws.chance(0.5)) parent.push(structuredClone(parent[0]));
  else Reflect.set(parent, key, draws.pick(oddities));
  // As it will be sent: a hole in a list is a null.
  return JSON.parse(JSON.stringify(copy));
}

function containersIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Object.keys(value).length > 0 ? [value] : []), ...Object.values(value).flatMap(containersIn)];
}
