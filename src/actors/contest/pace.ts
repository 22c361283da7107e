/** How contest, setup and round move: transitions that are due follow by themselves, or one at a time when the contest is stepping. */

export interface Pace<S, E, T extends E> {
  evolve(state: S, event: E): S;
  /** The transition that nothing stands in the way of, or null while the machine waits. */
  due(state: S): T | null;
  /** Whether the transition has to wait for the command `advance`. */
  isHeld(state: S, due: T): boolean;
  isHalted(state: S): boolean;
  halted(state: S): E;
}

/** The events given, then every transition that follows, until the machine has to wait or is held before one; and its state then. */
export function followTransitions<S, E, T extends E>(
  start: S,
  first: readonly E[],
  pace: Pace<S, E, T>,
): { events: E[]; state: S } {
  const events = [...first];
  let state = first.reduce(pace.evolve, start);
  for (let due = pace.due(state); due; due = pace.due(state)) {
    if (pace.isHeld(state, due)) {
      if (!pace.isHalted(state)) events.push(pace.halted(state));
      break;
    }
    events.push(due);
    state = pace.evolve(state, due);
  }
  return { events, state };
}
