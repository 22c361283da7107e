/** Work that would keep everybody else waiting, done in steps: between two of them others have their turn. */
import { type Clock, laterTurn } from './ports.ts';

/** Work that stops briefly after each step, and comes to a result. Pure work stays pure: who carries it out has the clock. */
export type Steps<Result> = Generator<void, Result>;

/** How long others wait, in milliseconds, where no single step takes longer. */
const turnMs = 20;

/** Does all of it, as far as it comes in each turn of the event loop. */
export async function inTurns<Result>(
  clock: Pick<Clock, 'now' | 'soon'>,
  steps: Generator<unknown, Result>,
): Promise<Result> {
  let since = clock.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (clock.now() - since < turnMs) continue;
    await laterTurn(clock);
    since = clock.now();
  }
}
