/** The third part of a launch: how long it may go on, how long agents have, and what they may get wrong. */
import type { LimitsDraft } from './draft.ts';
import { NumberField } from './field.tsx';
import type { LaunchForm } from './launch-form.ts';

type NumberLimit = Exclude<keyof LimitsDraft, 'seed' | 'auto_advance'>;

const fields: readonly { path: NumberLimit; name: string; min: number; hint: string }[] = [
  { path: 'max_rounds', name: 'Rounds at most', min: 1, hint: 'After the last one the highest score wins' },
  { path: 'winning_score', name: 'Winning score', min: 0, hint: 'Who reaches it first wins' },
  { path: 'response_timeout_ms', name: 'Time to answer, ms', min: 1, hint: 'For each attempt of each request' },
  { path: 'max_attempts', name: 'Attempts', min: 1, hint: 'How often an agent is asked the same' },
  { path: 'max_faults', name: 'Lost turns', min: 1, hint: 'After so many a player is out' },
];

export function LimitsSection({ form }: { form: LaunchForm }) {
  const { draft, problems } = form;
  const { limits } = draft.value;
  const change = (value: Partial<LimitsDraft>) => {
    draft.value = { ...draft.value, limits: { ...limits, ...value } };
  };
  return (
    <section class="step" aria-labelledby="limits-title">
      <h2 id="limits-title">
        <span class="step-number">3</span> The limits
      </h2>
      <div class="fields">
        {fields.map(({ path, name, min, hint }) => (
          <NumberField
            key={path}
            name={name}
            path={path}
            problems={problems.value}
            min={min}
            hint={hint}
            value={limits[path]}
            onChange={(value) => change({ [path]: value ?? Number.NaN })}
          />
        ))}
        <NumberField
          name="Seed"
          path="seed"
          problems={problems.value}
          value={limits.seed}
          placeholder="drawn"
          hint="The same seed draws the same"
          onChange={(seed) => change({ seed })}
        />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={limits.auto_advance}
          onChange={(event) => change({ auto_advance: event.currentTarget.checked })}
        />
        <span>
          Goes on by itself <small class="hint">else it waits for you before every step</small>
        </span>
      </label>
    </section>
  );
}
