/** A journal entry as it is kept, shown over HTTP and carried in a snapshot. */
import { z } from 'zod';

/** One thing that happened. `v` is the version of the event's shape, 1 when left out. */
export interface DomainEvent {
  readonly type: string;
  readonly v?: number;
}

const eventSchema = z.looseObject({ type: z.string(), v: z.number().int().optional() });

export const entrySchema = z.object({
  position: z.number().int().min(1).describe('the entry number within its root, contiguous from 1'),
  stream: z.string().describe("the actor's address"),
  seq: z.number().int().min(1).describe("the actor's own entry number, contiguous from 1"),
  kind: z.string(),
  events: z.array(eventSchema),
  command_id: z.string(),
  caused_by: z.string().nullable(),
  at: z.number().int(),
});
export type EntryDocument = z.infer<typeof entrySchema>;
