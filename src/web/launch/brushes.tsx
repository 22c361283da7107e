/** What a click on the grid places: a feature, the place where a player begins, or nothing. */
import { useSignal } from '@preact/signals';
import type { FeatureDraft } from './draft.ts';
import type { Brush } from './grid-editor.tsx';

type Players = readonly { readonly key: string; readonly name: string; readonly index: number }[];

interface Properties {
  brush: Brush;
  onChoose: (brush: Brush) => void;
  features: readonly FeatureDraft[];
  players: Players;
}

/** What is at hand before anything is chosen: of an arena without features its players. */
export function firstBrush([feature]: readonly FeatureDraft[], [player]: Players): Brush {
  if (feature) return { kind: 'feature', name: feature.name, description: feature.description };
  return player ? { kind: 'player', ...player } : { kind: 'eraser' };
}

export function Brushes({ brush, onChoose, features, players }: Properties) {
  const newName = useSignal('');
  const kinds = new Map(features.map(({ name, description }) => [name, description]));
  if (brush.kind === 'feature' && !kinds.has(brush.name)) kinds.set(brush.name, brush.description);
  const add = () => {
    const name = newName.value.trim();
    if (name !== '') onChoose({ kind: 'feature', name, description: '' });
    newName.value = '';
  };
  return (
    <div class="brushes" role="group" aria-label="What a click on the grid places">
      {[...kinds].map(([name, description]) => (
        <button
          key={name}
          type="button"
          aria-pressed={brush.kind === 'feature' && brush.name === name}
          onClick={() => onChoose({ kind: 'feature', name, description })}
        >
          {name}
        </button>
      ))}
      {players.map((player) => (
        <button
          key={player.key}
          type="button"
          class={`brush-player seat-${player.index % 8}`}
          aria-pressed={brush.kind === 'player' && brush.key === player.key}
          onClick={() => onChoose({ kind: 'player', ...player })}
        >
          <i class="dot" aria-hidden="true" /> {player.name} begins here
        </button>
      ))}
      <button type="button" aria-pressed={brush.kind === 'eraser'} onClick={() => onChoose({ kind: 'eraser' })}>
        Eraser
      </button>
      <span class="brush-new">
        <input
          aria-label="Name of a new feature"
          placeholder="New feature"
          value={newName.value}
          onInput={(event) => (newName.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" onClick={add}>
          Add
        </button>
      </span>
    </div>
  );
}
