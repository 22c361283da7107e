/** JSON as people read it: text as text, everything else indented. */
import type { Json } from '../../client/client.ts';

export function JsonText({ value }: { value: Json }) {
  if (typeof value === 'string') return <p class="prose boxed">{value}</p>;
  return (
    <pre class="json" tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
