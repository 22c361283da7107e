/** A value that follows another without haste: for text, which nobody reads while it flies by, and which is dear to lay out. */
import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import { usePanel } from './panel.ts';

const restMs = 200;

/** Follows at once when it has rested, and otherwise as soon as it has: a single step is shown without delay, a drag now and then. */
export function useUnhurried<Value>(source: ReadonlySignal<Value>): ReadonlySignal<Value> {
  const { clock } = usePanel();
  const shown = useSignal(source.peek());
  const isResting = useSignal(false);
  useSignalEffect(() => {
    if (isResting.value || source.value === shown.peek()) return;
    shown.value = source.value;
    isResting.value = true;
  });
  useSignalEffect(() => {
    if (!isResting.value) return;
    return clock.after(restMs, () => {
      isResting.value = false;
    });
  });
  return shown;
}
