/** Which element of a list shows which row, by the row's key. */
export type Slots = ReadonlyMap<string, number>;

/** Rows that stay keep their element, those that come take what is free. */
export function slotsOf(keys: readonly string[], before: Slots): Slots {
  const taken = new Set(keys.flatMap((key) => before.get(key) ?? []));
  let next = 0;
  return new Map(
    keys.map((key) => {
      const kept = before.get(key);
      if (kept !== undefined) return [key, kept];
      while (taken.has(next)) next += 1;
      taken.add(next);
      return [key, next];
    }),
  );
}
