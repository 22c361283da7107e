/** Long work done in slices of the event loop, so that whatever else the process has to do is not kept waiting. */
import { type Clock, laterTurn } from './ports.ts';

/** Work that can pause after each step, and comes to a result. It stays pure: its caller has the clock, and says when it pauses. */
export type Steps<Result> = Generator<void, Result>;

/** How long a slice lasts, in milliseconds, where no single step takes longer. */
const sliceMs = 20;

/** Does all of it, pausing after each slice. */
export async function inSlices<Result>(
  clock: Pick<Clock, 'now' | 'soon'>,
  steps: Generator<unknown, Result>,
): Promise<Result> {
  let since = clock.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (clock.now() - since < sliceMs) continue;
    await laterTurn(clock);
    since = clock.now();
  }
}
