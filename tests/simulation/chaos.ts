/** How much goes wrong in a simulated world: drawn from its seed, until everything heals. */
import type { Draws } from '../support/draws.ts';

/** Probabilities, unless the name says otherwise. Changed in place when the world heals. */
export interface Chaos {
  /** Of a message, at each delivery. */
  lose: number;
  double: number;
  /** The longest way of a message. */
  delayMs: number;
  /** Of a commit: nothing is kept, or it is kept although it is said to have failed. */
  failBefore: number;
  failAfter: number;
  /** Of a commit: the process dies before or after it. */
  dieBefore: number;
  dieAfter: number;
  /** Of reading a root. */
  failLoad: number;
  /** Of a commit that takes its time. */
  slowCommit: number;
  /** Of an agent's answer. */
  misbehave: number;
  /** Of the call of a URL. */
  breakCall: number;
  /** Of an internal message. */
  repeat: number;
  isHealed: boolean;
}

export function drawChaos(draws: Draws): Chaos {
  const some = (most: number) => draws.pick([0, most / 4, most]);
  return {
    lose: some(0.2),
    double: some(0.3),
    delayMs: draws.pick([2, 50, 600]),
    failBefore: some(0.06),
    failAfter: some(0.06),
    dieBefore: some(0.02),
    dieAfter: some(0.02),
    failLoad: some(0.2),
    slowCommit: some(0.4),
    misbehave: some(0.5),
    breakCall: some(0.4),
    repeat: some(0.3),
    isHealed: false,
  };
}

/** From now on nothing goes wrong any more. */
export function heal(chaos: Chaos): void {
  Object.assign(chaos, {
    lose: 0,
    double: 0,
    delayMs: 2,
    failBefore: 0,
    failAfter: 0,
    dieBefore: 0,
    dieAfter: 0,
    failLoad: 0,
    slowCommit: 0,
    misbehave: 0,
    breakCall: 0,
    repeat: 0,
    isHealed: true,
  } satisfies Chaos);
}
