/** Derives the text of a request that was sent before a restart again, so that it goes out as it was. How a view is made is `view.ts`'s. */
import { rootOf } from './address.ts';
import { renderPrompt } from './contest/view.ts';
import type { OutboundCall, RenderedPrompt } from './job/state.ts';
import type { Address } from './runtime/machine.ts';
import type { Log } from './runtime/ports.ts';
import type { Runtime } from './runtime/runtime.ts';

export type DerivePrompt = (address: Address, call: OutboundCall) => Promise<RenderedPrompt | null>;

/**
 * Null for what is no prompt. The hash on record says which text it was: a contest that waits for its answer mostly shows the same
 * still, and is then not read from the journal a second time.
 */
export function createDerivedPrompts({
  runtime,
  log,
}: {
  runtime: Pick<Runtime, 'read' | 'readAt'>;
  log: Log;
}): DerivePrompt {
  return async (address, { job_id: job, task, view }) => {
    if (task.type !== 'prompt' || !view) return null;
    const root = rootOf(address);
    const now = await runtime.read(root);
    const shownNow = now && renderPrompt(now, task);
    if (shownNow?.hash === view.hash) return shownNow;
    const rendered = renderPrompt(await runtime.readAt(root, view.position), task);
    if (rendered.hash !== view.hash)
      log.error({ job, position: view.position }, 'a view derived again differs from what was sent');
    return rendered;
  };
}
