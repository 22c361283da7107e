/** A field of a form, with its name and what the arena has found wrong with it. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { InputProblem } from '../../client/client.ts';

export interface FieldIdentity {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

interface Properties {
  name: string;
  /** Where the arena knows it: `arena.features[2].name`. */
  path: string;
  problems: readonly InputProblem[];
  hint?: string;
  /** Two columns wide, or as wide as there is room. */
  width?: 'broad' | 'wide';
  children: (identity: FieldIdentity) => ComponentChildren;
}

export function Field({ name, path, problems, hint, width, children }: Properties) {
  const id = useId();
  const own = problems.filter((problem) => problem.path === path);
  const describes = [hint ? `${id}-hint` : '', own.length > 0 ? `${id}-problem` : ''].filter((one) => one !== '');
  return (
    <div class={width ? `field ${width}` : 'field'} data-path={path}>
      <label for={id}>{name}</label>
      {children({
        id,
        'aria-invalid': own.length > 0 ? true : undefined,
        'aria-describedby': describes.length > 0 ? describes.join(' ') : undefined,
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {own.length > 0 && (
        <p class="problem" id={`${id}-problem`}>
          {own.map(({ message }) => message).join('; ')}
        </p>
      )}
    </div>
  );
}

interface NumberProperties extends Omit<Properties, 'children'> {
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number;
  placeholder?: string;
}

/** What is not a number is sent as it is, so that the arena says what is wrong with it. */
export function NumberField({ value, onChange, min, placeholder, ...field }: NumberProperties) {
  return (
    <Field {...field}>
      {(identity) => (
        <input
          {...identity}
          type="number"
          min={min}
          placeholder={placeholder}
          value={value === null || Number.isNaN(value) ? '' : value}
          onInput={({ currentTarget }) => onChange(currentTarget.value === '' ? null : currentTarget.valueAsNumber)}
        />
      )}
    </Field>
  );
}
