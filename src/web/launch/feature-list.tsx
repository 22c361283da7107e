/** The features of the arena in words: name, place and what agents read of each. */
import { plural } from '../words.ts';
import type { FeatureDraft } from './draft.ts';
import { Field } from './field.tsx';
import type { LaunchForm } from './launch-form.ts';

export function FeatureList({ form }: { form: LaunchForm }) {
  const { arena } = form.draft.value;
  const problems = form.problems.value;
  const hasProblem = problems.some(({ path }) => path.startsWith('arena.features'));
  const change = (key: number, fields: Partial<FeatureDraft>) =>
    form.changeArena({
      features: arena.features.map((feature) => (feature.key === key ? { ...feature, ...fields } : feature)),
    });
  if (arena.features.length === 0) return null;
  return (
    <details class="features" open={hasProblem}>
      <summary>{plural(arena.features.length, 'feature')} in words</summary>
      <ol>
        {arena.features.map(({ key, name, description, position, endPosition }, index) => (
          <li key={key} class="fields">
            <Field name="Name" path={`arena.features[${index}].name`} problems={problems}>
              {(identity) => (
                <input
                  {...identity}
                  value={name}
                  onInput={(event) => change(key, { name: event.currentTarget.value })}
                />
              )}
            </Field>
            <Field name="Position" path={`arena.features[${index}].position`} problems={problems}>
              {(identity) => (
                <input
                  {...identity}
                  value={position}
                  onInput={(event) => change(key, { position: event.currentTarget.value })}
                />
              )}
            </Field>
            <Field name="Up to" path={`arena.features[${index}].end_position`} problems={problems}>
              {(identity) => (
                <input
                  {...identity}
                  value={endPosition ?? ''}
                  placeholder="one cell"
                  onInput={(event) => change(key, { endPosition: event.currentTarget.value || null })}
                />
              )}
            </Field>
            <Field
              name="What agents read"
              path={`arena.features[${index}].description`}
              problems={problems}
              width="wide"
            >
              {(identity) => (
                <input
                  {...identity}
                  value={description}
                  onInput={(event) => change(key, { description: event.currentTarget.value })}
                />
              )}
            </Field>
            <button
              type="button"
              class="plain"
              onClick={() => form.changeArena({ features: arena.features.filter((feature) => feature.key !== key) })}
            >
              Remove <span class="unseen">{name}</span>
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}
