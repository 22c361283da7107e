/**
 * A long list of rows of one height, of which only those near the window are in the page. The elements of rows that leave it are
 * taken for those that come: making them anew is what costs when one scrolls fast.
 */
import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { usePanel } from '../panel.ts';
import { type Slots, slotsOf } from './slots.ts';

interface Properties<Item> {
  items: readonly Item[];
  rowHeight: number;
  label: string;
  keyOf: (item: Item) => string;
  /** The same function each time: a row is drawn anew when it is given another one, or another item. */
  row: (item: Item) => ComponentChildren;
  head: ComponentChildren;
}

/** Rows beyond the edge that are there already when one scrolls. */
const spare = 4;
/** One who has not scrolled for so long has come to where he wanted to be. */
const restMs = 150;

export function WindowedList<Item>({ items, rowHeight, label, keyOf, row, head }: Properties<Item>) {
  const { clock } = usePanel();
  const place = useRef<HTMLDivElement>(null);
  const slots = useRef<Slots>(new Map());
  const focused = useRef<string | null>(null);
  const top = useSignal(0);
  const height = useSignal(800);
  const isScrolling = useSignal(false);

  useEffect(() => {
    const measure = () => {
      const box = place.current?.getBoundingClientRect();
      if (!box) return;
      top.value = Math.max(0, -box.top);
      height.value = innerHeight;
    };
    let callOff = () => {};
    const scroll = () => {
      measure();
      isScrolling.value = true;
      callOff();
      callOff = clock.after(restMs, () => {
        isScrolling.value = false;
      });
    };
    measure();
    addEventListener('scroll', scroll, { passive: true });
    addEventListener('resize', measure);
    return () => {
      callOff();
      removeEventListener('scroll', scroll);
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
  const slotOf = (key: string) => slots.current.get(key) ?? 0;
  // Elements stay where they are in the document while one scrolls: what is moved there is laid out anew. For those who go from
  // row to row, and for readers of the screen, they follow each other as the rows do.
  const drawn =
    isScrolling.value && focused.current === null
      ? shown.toSorted((one, other) => slotOf(one.key) - slotOf(other.key))
      : shown;

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
        data-scrolling={isScrolling.value ? '' : undefined}
        style={{ height: `${items.length * rowHeight}px` }}
        onFocusIn={({ target }) => {
          focused.current = target instanceof HTMLElement ? rowKeyOf(target) : null;
        }}
        onFocusOut={() => {
          focused.current = null;
        }}
      >
        {drawn.map(({ item, key, place }) => (
          <Row key={slotOf(key)} name={key} place={place} height={rowHeight} item={item} row={row} />
        ))}
      </div>
    </div>
  );
}

interface RowProperties<Item> {
  name: string;
  place: number;
  height: number;
  item: Item;
  row: (item: Item) => ComponentChildren;
}

/** Drawn anew only when something of it is another. */
function Row<Item>({ name, place, height, item, row }: RowProperties<Item>) {
  return useMemo(
    () => (
      <div
        role="row"
        aria-rowindex={place + 2}
        class="list-row"
        data-row={name}
        style={{ top: `${place * height}px`, height: `${height}px` }}
      >
        {row(item)}
      </div>
    ),
    [name, place, height, item, row],
  );
}

function rowKeyOf(element: HTMLElement): string | null {
  return element.closest<HTMLElement>('[data-row]')?.dataset.row ?? null;
}
