/** A long list of rows of one height, of which only those near the window are in the page. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Properties<Item> {
  items: readonly Item[];
  rowHeight: number;
  label: string;
  keyOf: (item: Item) => string;
  row: (item: Item) => ComponentChildren;
  head: ComponentChildren;
}

/** Rows beyond the edge that are there already when one scrolls. */
const spare = 8;

export function WindowedList<Item>({ items, rowHeight, label, keyOf, row, head }: Properties<Item>) {
  const place = useRef<HTMLDivElement>(null);
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

  const first = Math.max(0, Math.floor(top.value / rowHeight) - spare);
  const last = Math.min(items.length, Math.ceil((top.value + height.value) / rowHeight) + spare);
  return (
    <div class="list" role="table" aria-label={label} aria-rowcount={items.length + 1}>
      {head}
      <div ref={place} role="rowgroup" class="list-body" style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, last).map((item, index) => (
          <div
            key={keyOf(item)}
            role="row"
            aria-rowindex={first + index + 2}
            class="list-row"
            style={{ transform: `translateY(${(first + index) * rowHeight}px)`, height: `${rowHeight}px` }}
          >
            {row(item)}
          </div>
        ))}
      </div>
    </div>
  );
}
