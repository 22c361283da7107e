/** A whole contest as one document: what is carried from one arena to another. How it is sealed and checked is `snapshot-seal.ts`. */
import { z } from 'zod';
import { catalogueSchemas } from './catalogue.ts';
import { entrySchema } from './entries.ts';
import { idSchema } from './ids.ts';
import { keptNameSchema } from './names.ts';

export const snapshotFormat = 'agent-arena/contest';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'a hash is 64 hexadecimal digits');
const kept = { id: idSchema, name: keptNameSchema };

/** What a contest needs of the catalogue where it goes on. Never a key: participants that had one get it again by hand. */
export const snapshotCatalogueSchema = z.strictObject({
  arena: catalogueSchemas.arena.create.extend({
    ...kept,
    features: z.array(catalogueSchemas.feature.create.omit({ end_position: true, arena_id: true }).extend(kept)),
  }),
  participants: z.array(catalogueSchemas.participant.create.omit({ api_key: true, agent: true }).extend(kept)),
  agents: z.array(catalogueSchemas.agent.create.extend({ ...kept, name: keptNameSchema.optional() })),
  strategies: z.array(catalogueSchemas.strategy.create.extend(kept)),
});
export type SnapshotCatalogue = z.infer<typeof snapshotCatalogueSchema>;

export const sealedEntrySchema = z.strictObject({
  ...entrySchema.shape,
  hash: hashSchema.describe('SHA-256 over the hash before it and the RFC 8785 form of the entry'),
});
export type SealedEntry = z.infer<typeof sealedEntrySchema>;

export const snapshotSchema = z.strictObject({
  format: z.literal(snapshotFormat),
  version: z.literal(1),
  contest_id: idSchema,
  taken_at: z.number().int(),
  position: z.number().int().min(1).describe('how many entries the contest had'),
  catalogue: snapshotCatalogueSchema,
  entries: z.array(sealedEntrySchema).min(1),
  hash: hashSchema.describe('SHA-256 of the RFC 8785 form of the document without it'),
});
export type SnapshotDocument = z.infer<typeof snapshotSchema>;
