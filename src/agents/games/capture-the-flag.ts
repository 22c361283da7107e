/** Capture the flag: the rules on one action as code. What all actions of a round lead to is `capture-the-flag-round.ts`. */
import type { Feature } from '../../protocol/contest.ts';
import { type Cell, formatPosition, isOnGrid } from '../../protocol/positions.ts';
import { drawFraction } from '../../protocol/random.ts';
import { findNamed, targetCell, type Verbs } from './command.ts';
import { flagNarrations as ways } from './narrations.ts';
import { planBy, type Rulings } from './rulings.ts';
import { carrierOf, cellOf, distanceBetween, isSameCell, type Seat, type Situation, stepTowards } from './situation.ts';
import { allowed, narrated, refused, type Verdict } from './verdict.ts';

const walkMax = 2;
const runMax = 4;
const winded = 'winded';
/** What a player must know of the rules to play by them. */
export const captureTheFlagRules = { walkMax, runMax, winded } as const;
export const points = { capture: 60, grab: 20, steal: 20, recover: 10 } as const;
const stumble = { perStep: 0.1, carrying: 0.08, rough: 0.5 } as const;
export const stealChance = { ready: 0.6, winded: 0.85 } as const;
export const guardedGrabChance = 0.5;
const colours = ['Red', 'Blue'] as const;
type Colour = (typeof colours)[number];

const verbs: Verbs<'walk' | 'run' | 'grab' | 'steal' | 'guard' | 'wait'> = {
  walk: ['move', 'go', 'step', 'sneak', 'creep', 'stroll'],
  run: ['sprint', 'dash', 'race', 'rush', 'charge'],
  grab: ['take', 'pick', 'seize', 'capture', 'fetch'],
  steal: ['snatch', 'tackle', 'rob', 'wrest', 'attack'],
  guard: ['defend', 'block', 'protect'],
  wait: ['rest', 'stay', 'none', 'hold', 'watch', 'catch'],
};

export type FlagPlan =
  | { kind: 'move'; to: Cell; stumbles: boolean }
  | { kind: 'grab'; flag: Feature }
  | { kind: 'steal'; victim: Seat; flag: Feature }
  | { kind: 'guard' }
  | { kind: 'wait' };

/** The first and third player play for Red, the second and fourth for Blue. */
export function colourOf(situation: Situation, playerId: string): Colour {
  const index = situation.seats.findIndex(({ id }) => id === playerId);
  return colours[Math.max(0, index) % 2] ?? 'Red';
}

export function baseOf(situation: Situation, colour: Colour): Cell {
  const base = situation.features.find(({ name }) => name === `${colour} base`);
  const fallback = { x: colour === 'Red' ? 1 : situation.grid.width, y: Math.ceil(situation.grid.height / 2) };
  return (base && cellOf(base, situation.seats)) ?? fallback;
}

export function flagOf(situation: Situation, colour: Colour): Feature | null {
  return situation.features.find(({ name }) => name === `${colour} flag`) ?? null;
}

export function opponentOf(colour: Colour): Colour {
  return colour === 'Red' ? 'Blue' : 'Red';
}

/** The flag that a player carries, or null. */
export function carriedFlag(situation: Situation, playerId: string): Feature | null {
  return situation.features.find((feature) => carrierOf(feature) === playerId) ?? null;
}

/** Everything that is neither base nor flag: whoever runs onto it will likely fall. */
export function isRough(situation: Situation, cell: Cell): boolean {
  return situation.features.some(
    ({ name, position }) => !/ (base|flag)$/.test(name) && position === formatPosition(cell),
  );
}

const rulings: Rulings<keyof typeof verbs, FlagPlan> = {
  walk: (situation, seat, target) => moveBy(situation, seat, target, walkMax, 'walk'),
  run: (situation, seat, target) => {
    if (seat.health === winded) return refused(`${seat.name} is winded and cannot run this round`);
    return moveBy(situation, seat, target, runMax, 'run');
  },
  grab: grabFlag,
  steal: stealFlag,
  guard: (situation, seat) => allowed({ kind: 'guard' }, 'guards', narrated(situation, seat, ways.guard, {})),
  wait: (situation, seat) => allowed({ kind: 'wait' }, 'waits', narrated(situation, seat, ways.wait, {})),
};

export const planOf = planBy(verbs, rulings);

function moveBy(
  situation: Situation,
  seat: Seat,
  target: string,
  stepsMax: number,
  verb: 'walk' | 'run',
): Verdict<FlagPlan> {
  const to = targetCell(target, situation);
  if (!to) return refused(`"${target || 'nowhere'}" is neither a position nor anything in this arena`);
  const place = formatPosition(to);
  if (!isOnGrid(to, situation.grid))
    return refused(`${place} is off the grid of ${situation.grid.width} by ${situation.grid.height}`);
  const steps = distanceBetween(seat.cell, to);
  if (steps > stepsMax) return refused(`${place} is ${steps} steps away; to ${verb} reaches ${stepsMax} at most`);
  if (steps === 0) return allowed({ kind: 'wait' }, 'stays', `${seat.name} turns on the spot.`);
  if (verb === 'walk')
    return allowed(
      { kind: 'move', to, stumbles: false },
      `walks to ${place}`,
      narrated(situation, seat, ways.walk, { place }),
    );
  const risk =
    Math.max(0, steps - walkMax) * stumble.perStep +
    (carriedFlag(situation, seat.id) ? stumble.carrying : 0) +
    (isRough(situation, to) ? stumble.rough : 0);
  if (drawFraction(situation.seed, situation.roundNo, seat.place, 'stumble') >= risk) {
    return allowed(
      { kind: 'move', to, stumbles: false },
      `runs to ${place}`,
      narrated(situation, seat, ways.run, { place }),
    );
  }
  const fallsAt = stepTowards(seat.cell, to, Math.max(1, Math.floor(steps / 2)));
  return allowed(
    { kind: 'move', to: fallsAt, stumbles: true },
    `stumbles at ${formatPosition(fallsAt)}`,
    narrated(situation, seat, ways.stumble, { place, fall: formatPosition(fallsAt) }),
  );
}

function grabFlag(situation: Situation, seat: Seat, target: string): Verdict<FlagPlan> {
  const mine = colourOf(situation, seat.id);
  const named = findNamed(target, situation.features);
  const flag = target === '' ? flagOf(situation, opponentOf(mine)) : named;
  if (!flag) return refused(`there is no "${target}" here to grab`);
  if (!flag.name.endsWith(' flag')) return refused(`the ${flag.name} cannot be carried`);
  const carrier = carrierOf(flag);
  if (carrier === seat.id) return refused(`${seat.name} carries the ${flag.name} already`);
  if (carrier !== null)
    return refused(`the ${flag.name} is carried by ${nameOf(situation, carrier)}; steal it instead`);
  if (carriedFlag(situation, seat.id)) return refused(`${seat.name} has no hand free`);
  const at = cellOf(flag, situation.seats);
  if (!at || distanceBetween(seat.cell, at) > 1)
    return refused(`the ${flag.name} is out of reach at ${flag.position}; one step is as far as an arm goes`);
  if (flag.name.startsWith(mine) && isSameCell(at, baseOf(situation, mine)))
    return refused(`the ${flag.name} is ${seat.name}'s own, and at home`);
  return allowed(
    { kind: 'grab', flag },
    `reaches for the ${flag.name}`,
    narrated(situation, seat, ways.grab, { flag: flag.name }),
  );
}

function stealFlag(situation: Situation, seat: Seat, target: string): Verdict<FlagPlan> {
  const mine = colourOf(situation, seat.id);
  const own = flagOf(situation, mine);
  const holder = own ? carrierOf(own) : null;
  const victim = findNamed(target, situation.seats) ?? situation.seats.find(({ id }) => id === holder) ?? null;
  if (!victim || (target !== '' && !findNamed(target, [...situation.seats, ...situation.features])))
    return refused(`there is no "${target}" to steal from`);
  if (victim.id === seat.id || colourOf(situation, victim.id) === mine)
    return refused(`${victim.name} is not an opponent`);
  if (!own || holder !== victim.id) return refused(`${victim.name} does not carry the ${mine} flag`);
  const steps = distanceBetween(seat.cell, victim.cell);
  if (steps > 1) return refused(`${victim.name} is ${steps} steps away; stealing needs to be one step away at most`);
  return allowed(
    { kind: 'steal', victim, flag: own },
    `goes for ${victim.name}`,
    narrated(situation, seat, ways.steal, { victim: victim.name, flag: own.name }),
  );
}

function nameOf(situation: Situation, id: string): string {
  return situation.seats.find((seat) => seat.id === id)?.name ?? id;
}
