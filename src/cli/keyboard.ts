/** The keys that are pressed on this process's terminal, by name. */
import { emitKeypressEvents, type Key } from 'node:readline';

/** Until it is stopped, keys are not shown and Ctrl-C is a key like any other. */
export function readKeys(pressed: (key: string) => void): () => void {
  const { stdin } = process;
  const onKey = (text: string | undefined, { name, ctrl, shift }: Key) => {
    const modifier = ctrl ? 'ctrl+' : shift ? 'shift+' : '';
    pressed(`${modifier}${name ?? text ?? ''}`);
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', onKey);
  stdin.resume();
  return () => {
    stdin.off('keypress', onKey);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
