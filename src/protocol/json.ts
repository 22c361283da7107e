/** JSON values as types, for everything that is journaled or sent; how deep one goes, and one text for all that mean the same. */
import { z } from 'zod';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export const jsonSchema: z.ZodType<Json> = z.json() as z.ZodType<Json>;

/** Whether a value has more levels of arrays and objects than this. Counts no further, and needs no stack. */
export function isNestedDeeper(value: unknown, levelsMax: number): boolean {
  let containers = [value].filter(isContainer);
  for (let level = 1; containers.length > 0; level += 1) {
    if (level > levelsMax) return true;
    containers = containers.flatMap((one) => Object.values(one).filter(isContainer));
  }
  return false;
}

/** One text for all values that mean the same: without spaces, keys in order, and none that is undefined. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    isContainer(one) && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
