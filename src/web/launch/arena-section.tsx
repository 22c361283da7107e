/** The first part of a launch: where it is played. An arena that is there already, a bundled game, or one of one's own. */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Brushes, firstBrush } from './brushes.tsx';
import { gamesToPlay } from './bundled-games.ts';
import { arenaOfCatalogue, blankArena, type FeatureDraft } from './draft.ts';
import { FeatureList } from './feature-list.tsx';
import { Field, NumberField } from './field.tsx';
import { type Brush, featuresAt, GridEditor, type PlacedPlayer } from './grid-editor.tsx';
import type { LaunchForm } from './launch-form.ts';

interface Properties {
  form: LaunchForm;
  players: readonly { readonly key: string; readonly name: string; readonly index: number }[];
}

export function ArenaSection({ form, players }: Properties) {
  const { draft, problems } = form;
  const { arena, places } = draft.value;
  /** Null until one is chosen for this arena. */
  const chosenBrush = useSignal<Brush | null>(null);
  const brush = chosenBrush.value ?? firstBrush(arena.features, players);
  const problem = problems.value;

  const placed = players.flatMap((player): PlacedPlayer[] => {
    const position = places[player.key];
    return position === undefined ? [] : [{ ...player, position }];
  });
  const paint = (position: string) => {
    if (brush.kind === 'player') return placePlayer(form, brush.key, position);
    const here = cellFeatures(arena.features, position);
    if (brush.kind === 'eraser' || here.some(({ name }) => name === brush.name)) {
      const gone = brush.kind === 'eraser' ? here : here.filter(({ name }) => name === brush.name);
      return form.changeArena({ features: arena.features.filter((feature) => !gone.includes(feature)) });
    }
    const key = Math.max(0, ...arena.features.map((feature) => feature.key)) + 1;
    const { name, description } = brush;
    form.changeArena({ features: [...arena.features, { key, name, description, position, endPosition: null }] });
  };

  return (
    <section class="step" aria-labelledby="arena-title">
      <h2 id="arena-title">
        <span class="step-number">1</span> The arena
      </h2>
      <ArenaChoice form={form} onChosen={() => (chosenBrush.value = null)} />
      <div class="fields">
        <Field name="Name" path="arena.name" problems={problem} width="broad">
          {(identity) => (
            <input
              {...identity}
              value={arena.name}
              onInput={(event) => form.changeArena({ name: event.currentTarget.value })}
            />
          )}
        </Field>
        <NumberField
          name="Width"
          path="arena.width"
          problems={problem}
          min={1}
          value={arena.width}
          onChange={(width) => form.changeArena({ width: width ?? Number.NaN })}
        />
        <NumberField
          name="Height"
          path="arena.height"
          problems={problem}
          min={1}
          value={arena.height}
          onChange={(height) => form.changeArena({ height: height ?? Number.NaN })}
        />
        <NumberField
          name="Random features"
          path="arena.max_random_features"
          problems={problem}
          min={0}
          value={arena.randomFeatures}
          onChange={(count) => form.changeArena({ randomFeatures: count ?? Number.NaN })}
          hint="Invented by the arena agent before round 0"
        />
      </div>
      <Brushes
        brush={brush}
        onChoose={(tool) => (chosenBrush.value = tool)}
        features={arena.features}
        players={players}
      />
      <GridEditor
        width={arena.width}
        height={arena.height}
        features={arena.features}
        players={placed}
        onPaint={paint}
      />
      <PlaceProblems form={form} players={players} />
      <FeatureList form={form} />
      <div class="fields">
        <Field name="Rules" path="arena.rules" problems={problem} width="wide">
          {(identity) => (
            <textarea
              {...identity}
              rows={8}
              value={arena.rules}
              onInput={(event) => form.changeArena({ rules: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field name="Winning condition" path="arena.winning_condition" problems={problem} width="wide">
          {(identity) => (
            <textarea
              {...identity}
              rows={2}
              value={arena.winningCondition}
              onInput={(event) => form.changeArena({ winningCondition: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field name="Description" path="arena.description" problems={problem} width="wide">
          {(identity) => (
            <textarea
              {...identity}
              rows={3}
              value={arena.description}
              onInput={(event) => form.changeArena({ description: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
    </section>
  );
}

/** What is wrong with where a player begins is said below the grid, with the player's name. */
function PlaceProblems({ form, players }: Properties) {
  const placed = form.placed();
  const said = form.problems.value.flatMap(({ path, message }) => {
    const index = /^player_positions\[(\d+)\]/.exec(path)?.[1];
    if (index === undefined) return [];
    const name = players.find(({ key }) => key === placed[Number(index)])?.name ?? 'A player';
    return [`${name}: ${message}`];
  });
  if (said.length === 0) return null;
  return <p class="problem">{said.join('; ')}</p>;
}

function ArenaChoice({ form, onChosen }: { form: LaunchForm; onChosen: () => void }) {
  const id = useId();
  const { draft, arenas } = form;
  const chooseGame = (name: string) => {
    const game = gamesToPlay.find((one) => one.name === name);
    if (game) form.chooseGame(game);
  };
  const chooseKept = (arenaId: string) => {
    const kept = arenas.value.find((one) => one.id === arenaId);
    if (kept) draft.value = { ...draft.value, arena: arenaOfCatalogue(kept), places: {} };
  };
  const choose = (value: string) => {
    const [kind, name = ''] = value.split(':');
    if (kind === 'game') chooseGame(name);
    else if (kind === 'kept') chooseKept(name);
    else if (kind === 'own') draft.value = { ...draft.value, arena: blankArena, places: {} };
    onChosen();
  };
  const problem = form.problems.value.find(({ path }) => path === 'arena_id');
  return (
    <div class="choice">
      <label for={id}>Begin with</label>
      <select
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <optgroup label="Bundled games, with their players">
          {gamesToPlay.map(({ name, arena }) => (
            <option key={name} value={`game:${name}`}>
              {arena.name}
            </option>
          ))}
        </optgroup>
        {arenas.value.length > 0 && (
          <optgroup label="Arenas of the catalogue">
            {arenas.value.map((kept) => (
              <option key={kept.id} value={`kept:${kept.id}`}>
                {kept.name} ({kept.width} × {kept.height})
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label="Your own">
          <option value="own:">An empty grid</option>
        </optgroup>
      </select>
      {problem && (
        <p class="problem" id={`${id}-problem`}>
          {problem.message}
        </p>
      )}
    </div>
  );
}

function cellFeatures(features: readonly FeatureDraft[], position: string): FeatureDraft[] {
  const [x = 0, y = 0] = position.split(',').map(Number);
  return featuresAt(features, x, y);
}

/** A second click on the same cell takes the player away again. */
function placePlayer({ draft }: LaunchForm, key: string, position: string): void {
  const { [key]: known, ...others } = draft.value.places;
  draft.value = { ...draft.value, places: known === position ? others : { ...others, [key]: position } };
}
