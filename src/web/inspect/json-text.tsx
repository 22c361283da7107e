/** JSON as people read it: text as text, everything else indented. */
import type { Json } from '../../client/client.ts';
import { withTurningEscaped } from '../../protocol/writing-direction.ts';

export function JsonText({ value }: { value: Json }) {
  if (typeof value === 'string')
    return (
      <p class="prose boxed" dir="auto">
        {value}
      </p>
    );
  return (
    <pre class="json" tabIndex={0}>
      {withTurningEscaped(JSON.stringify(value, null, 2))}
    </pre>
  );
}
