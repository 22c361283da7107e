/** Asks once more before something that cannot be taken back: a dialog over the page, which Escape closes. */
import type { Signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';

interface Properties {
  isOpen: Signal<boolean>;
  title: string;
  words: string;
  yes: string;
  no: string;
  onYes: () => void;
}

/** The browser keeps the focus inside while it is open, and gives it back to where it was. */
export function Confirmation({ isOpen, title, words, yes, no, onYes }: Properties) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (isOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen.value]);
  return (
    <dialog
      ref={dialog}
      class="confirmation"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-words`}
      onClose={() => {
        isOpen.value = false;
      }}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <p id={`${id}-words`}>{words}</p>
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          {no}
        </button>
        <button
          type="button"
          class="danger"
          onClick={() => {
            dialog.current?.close();
            onYes();
          }}
        >
          {yes}
        </button>
      </div>
    </dialog>
  );
}
