/**
 * Documents of the catalogue that were read, until anything in it changes. Launching contests looks up the same arena and participants
 * again and again, and asking the entity manager took an eighth of the time of a launch-heavy load.
 */
import type { CatalogueModel } from '../../protocol/catalogue.ts';

const knownMax = 10_000;

export interface KnownDocuments {
  /** The documents of these ids, `undefined` where there is none; `read` is asked for those that are not known. */
  of<Document extends { readonly id: string }>(
    model: CatalogueModel,
    ids: readonly string[],
    read: (missing: readonly string[]) => Promise<readonly Document[]>,
  ): Promise<(Document | undefined)[]>;
  /** Something has changed. */
  forget(): void;
}

export function createKnownDocuments(): KnownDocuments {
  const known = new Map<string, unknown>();
  let generation = 0;

  return {
    async of<Document extends { readonly id: string }>(
      model: CatalogueModel,
      ids: readonly string[],
      read: (missing: readonly string[]) => Promise<readonly Document[]>,
    ) {
      const found = new Map<string, Document>();
      for (const id of ids) {
        const document = known.get(`${model}/${id}`) as Document | undefined;
        if (document) found.set(id, document);
      }
      const missing = ids.filter((id) => !found.has(id));
      const readIn = generation;
      for (const document of missing.length > 0 ? await read(missing) : []) {
        found.set(document.id, document);
        // What was read while something changed may be of before or after.
        if (generation === readIn && known.size < knownMax) known.set(`${model}/${document.id}`, document);
      }
      return ids.map((id) => found.get(id));
    },
    forget() {
      generation += 1;
      known.clear();
    },
  };
}
