/** A field to search by: what it searches is said to those who see it and to those who hear it. */
import type { Signal } from '@preact/signals';

export function SearchField({ search, label, hint = label }: { search: Signal<string>; label: string; hint?: string }) {
  return (
    <label class="search">
      <span class="unseen">{label}</span>
      <input
        type="search"
        placeholder={hint}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}
