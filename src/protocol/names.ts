/** What things may be called: a name stands in the middle of what others write, and may not turn the rest of it around. */
import { z } from 'zod';
import { limits } from './limits.ts';
import { turnsDirection, withoutTurning } from './writing-direction.ts';

const turns =
  'a name cannot have the characters U+202A to U+202E and U+2066 to U+2069, which turn the direction of writing';

/** A name as it may be on record: what `nameSchema` refuses was taken once. */
export const keptNameSchema = z.string().trim().min(1).max(limits.name);

export const nameSchema = keptNameSchema.refine((name) => nameProblem(name) === null, { error: turns });

/** Why a name of the right length cannot be given, or null. */
export function nameProblem(name: string): string | null {
  return turnsDirection(name) ? turns : null;
}

/** A name on record as one that can be given to something new. */
export function givableName(name: string): string {
  return withoutTurning(name, '\ufffd');
}
