/** JSON values as types, for everything that is journaled or sent; and how deep one goes. */
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

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
