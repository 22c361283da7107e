/** Reads the bodies of messages on the bus that anybody may have sent. */
import type { z } from 'zod';

const decoder = new TextDecoder();

/** A JSON body of that shape, or null for any other. */
export function bodyAs<T>(schema: z.ZodType<T>, data: Uint8Array): T | null {
  try {
    return schema.parse(JSON.parse(decoder.decode(data)));
  } catch {
    return null;
  }
}
