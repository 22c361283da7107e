/**
 * A long list of rows of one height, of which only those near the window are in the page. The elements of rows that leave it are
 * taken for those that come: making them anew is what costs when one scrolls fast.
 */
import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

interface Properties<Item> {
  items: readonly Item[];
  rowHeight: number;
  label: string;
  keyOf: (item: Item) => string;
  row: (item: Item) => ComponentChildren;
  head: ComponentChildren;
}

/** Rows beyond the edge that are there already when one scrolls. */
const spare = 4;

export function WindowedList<Item>({ items, rowHeight, label, keyOf, row, head }: Properties<Item>) {
  const place = useRef<HTMLDivElement>(null);
  const slots = useRef<ReadonlyMap<string, number>>(new Map());
  const focused = useRef<string | null>(null);
  const top = useSignal(0);
  const height = useSignal(800);

  useEffect(() => {
    const measure = () => {
      const box = place.current?.getBoundingClientRect();
      if (!box) return;
      top.value = Math.max(0, -box.top);
      height.value = innerHeight;
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, []);

  // Counted in rows, so that nothing is drawn anew until another row comes near.
  const first = useComputed(() => Math.max(0, Math.floor(top.value / rowHeight) - spare)).value;
  const last = useComputed(() => Math.ceil((top.value + height.value) / rowHeight) + spare).value;
  const shown = items.slice(first, last).map((item, index) => ({ item, key: keyOf(item), place: first + index }));
  slots.current = slotsOf(
    shown.map(({ key }) => key),
    slots.current,
  );

  // An element that tells of another row now must not keep the focus that was given to the one before.
  useLayoutEffect(() => {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !place.current?.contains(active)) return;
    if (rowKeyOf(active) !== focused.current) active.blur();
  });

  return (
    <div class="list" role="table" aria-label={label} aria-rowcount={items.length + 1}>
      {head}
      <div
        ref={place}
        role="rowgroup"
        class="list-body"
        style={{ height: `${items.length * rowHeight}px` }}
        onFocusIn={({ target }) => {
          focused.current = target instanceof HTMLElement ? rowKeyOf(target) : null;
        }}
      >
        {shown.map(({ item, key, place }) => (
          <div
            key={slots.current.get(key)}
            role="row"
            aria-rowindex={place + 2}
            class="list-row"
            data-row={key}
            style={{ transform: `translateY(${place * rowHeight}px)`, height: `${rowHeight}px` }}
          >
            {row(item)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Which element shows which row: rows that stay keep theirs, those that come take what is free. */
function slotsOf(keys: readonly string[], before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
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

function rowKeyOf(element: HTMLElement): string | null {
  return element.closest<HTMLElement>('[data-row]')?.dataset.row ?? null;
}
