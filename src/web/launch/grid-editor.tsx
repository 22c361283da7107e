/**
 * The grid as one paints it: choose a brush, then click cells, or move over them with the arrow keys and press Enter. Grids that
 * are too large for cells of their own are written as positions in the list of features.
 */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { initialsOf } from '../words.ts';
import type { FeatureDraft } from './draft.ts';

export type Brush =
  | { readonly kind: 'feature'; readonly name: string; readonly description: string }
  | { readonly kind: 'player'; readonly key: string; readonly name: string; readonly index: number }
  | { readonly kind: 'eraser' };

export interface PlacedPlayer {
  readonly key: string;
  readonly name: string;
  readonly index: number;
  readonly position: string;
}

interface Properties {
  width: number;
  height: number;
  features: readonly FeatureDraft[];
  players: readonly PlacedPlayer[];
  onPaint: (position: string) => void;
}

const cellsMax = 1_600;

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function GridEditor({ width, height, features, players, onPaint }: Properties) {
  const cursor = useSignal({ x: 1, y: 1 });
  const grid = useRef<HTMLDivElement>(null);
  if (!(width >= 1 && height >= 1) || width * height > cellsMax) {
    return <p class="quiet">A grid of this size is not drawn here; its features are in the list below.</p>;
  }
  const x = Math.min(cursor.value.x, width);
  const y = Math.min(cursor.value.y, height);

  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const next = {
      x: Math.min(width, Math.max(1, x + move[0])),
      y: Math.min(height, Math.max(1, y + move[1])),
    };
    cursor.value = next;
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.x},${next.y}"]`)?.focus();
  };

  return (
    <div
      ref={grid}
      class="grid-editor"
      role="grid"
      aria-label={`The grid, ${width} by ${height}. Arrow keys move, Enter places or takes away.`}
      style={{ gridTemplateColumns: `repeat(${width}, minmax(0, 1fr))`, maxWidth: `${width * 60}px` }}
      onKeyDown={onKeyDown}
    >
      {range(height).map((row) => (
        <div key={row} role="row">
          {range(width).map((column) => {
            const position = `${column},${row}`;
            const here = featuresAt(features, column, row);
            const player = players.find((one) => one.position === position);
            return (
              <button
                key={position}
                type="button"
                role="gridcell"
                data-cell={position}
                data-letters={player ? initialsOf(player.name) : initialsOfFirst(here)}
                tabIndex={column === x && row === y ? 0 : -1}
                class={
                  player ? `cell cell-player seat-${player.index % 8}` : here.length > 0 ? 'cell cell-feature' : 'cell'
                }
                aria-label={[
                  position,
                  ...here.map(({ name }) => name),
                  ...(player ? [`${player.name} begins here`] : []),
                ].join(', ')}
                title={[position, ...here.map(({ name }) => name)].join(' · ')}
                onClick={() => {
                  cursor.value = { x: column, y: row };
                  onPaint(position);
                }}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function initialsOfFirst([first]: readonly FeatureDraft[]): string {
  return first ? initialsOf(first.name) : '';
}

/** A feature may cover a rectangle. */
export function featuresAt(features: readonly FeatureDraft[], x: number, y: number): FeatureDraft[] {
  return features.filter(({ position, endPosition }) => {
    const [fromX = 0, fromY = 0] = position.split(',').map(Number);
    const [toX = fromX, toY = fromY] = (endPosition ?? position).split(',').map(Number);
    return (
      x >= Math.min(fromX, toX) && x <= Math.max(fromX, toX) && y >= Math.min(fromY, toY) && y <= Math.max(fromY, toY)
    );
  });
}
