/** The header by which a client that asks twice acts once. */
import { z } from 'zod';

export const commandHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('the same key twice for the same action and contest acts once, also after a restart'),
});

/** The id of a command that is known by what is done to what, and by the key; none without a key. */
export function commandIdOf(
  headers: z.infer<typeof commandHeaders>,
  ...action: readonly (string | number)[]
): { readonly commandId?: string } {
  const key = headers['idempotency-key'];
  return key === undefined ? {} : { commandId: ['http', ...action, key].join('/') };
}
