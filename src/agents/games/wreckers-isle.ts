/** Wreckers' Isle: the rules on one action as code. What all actions of a round lead to is `wreckers-isle-round.ts`. */
import type { Feature } from '../../protocol/contest.ts';
import { type Cell, formatPosition, isOnGrid, parsePosition } from '../../protocol/positions.ts';
import { drawFraction, shuffled } from '../../protocol/random.ts';
import { findNamed, targetCell, type Verbs } from './command.ts';
import { isleNarrations as ways } from './narrations.ts';
import { planBy, type Rulings } from './rulings.ts';
import { distanceBetween, type Seat, type Situation, stepTowards } from './situation.ts';
import { allowed, narrated, refused, type Verdict } from './verdict.ts';

export const walkMax = 2;
export const runMax = 4;
const slipPerStep = 0.12;
export const treasures: Readonly<Record<string, number>> = {
  pearl: 35,
  'silver cup': 25,
  'gold coins': 20,
  'copper coins': 10,
};
export const lampOil = 'lamp oil';
export const brassKey = 'brass key';
export const rope = 'rope';
export const crab = 'crab';
export const searchedMark = 'Searched';
export const healthDegrees = ['healthy', 'bruised', 'battered'] as const;
/** What the wrecks of the isle hide, in an order that the seed draws. */
const hidden = ['pearl', 'pearl', 'gold coins', 'silver cup', brassKey, lampOil, rope, crab] as const;
/** What anything else that the sea has washed up may hide. */
const washedUp = ['copper coins', 'gold coins', crab, null] as const;

const verbs: Verbs<'walk' | 'run' | 'search' | 'sell' | 'light' | 'unlock' | 'rob' | 'rest' | 'wait'> = {
  walk: ['move', 'go', 'step', 'wade', 'climb', 'flee'],
  run: ['sprint', 'dash', 'race', 'rush'],
  search: ['explore', 'inspect', 'open', 'dig', 'grab', 'take', 'loot'],
  sell: ['deliver', 'trade', 'bank'],
  light: ['ignite', 'burn'],
  unlock: [],
  rob: ['steal', 'snatch', 'attack'],
  rest: ['recover', 'heal', 'bandage'],
  wait: ['stay', 'none', 'hold', 'watch'],
};

export type IslePlan =
  | { kind: 'move'; to: Cell; slips: boolean }
  | { kind: 'search'; place: Feature }
  | { kind: 'sell' | 'light' | 'unlock' | 'rest' | 'wait' }
  | { kind: 'rob'; victim: Seat };

/** How many rows, from the last one up, are under water when this round begins. */
export function floodedRows(roundNo: number): number {
  return Math.max(0, Math.floor((roundNo - 3) / 2));
}

export function isUnderWater(cell: Cell, situation: Situation, roundNo = situation.roundNo): boolean {
  return cell.y > situation.grid.height - floodedRows(roundNo);
}

export function placeOf(situation: Situation, name: string): Feature | null {
  return situation.features.find((feature) => feature.name === name) ?? null;
}

const notWrecks = new Set(['Jetty', 'Lighthouse', 'Customs house', 'Quicksand']);

export function isWreck(feature: Feature): boolean {
  return !notWrecks.has(feature.name);
}

export function isSearched(feature: Feature): boolean {
  return feature.description.startsWith(searchedMark);
}

export function isQuicksand(situation: Situation, cell: Cell): boolean {
  return situation.features.some(({ name, position }) => name === 'Quicksand' && position === formatPosition(cell));
}

function isBeside(cell: Cell, feature: Feature | null): boolean {
  const at = feature && parsePosition(feature.position);
  return at !== null && distanceBetween(cell, at) <= 1;
}

export function healthDegree(seat: Seat): number {
  return Math.max(0, healthDegrees.indexOf(seat.health as (typeof healthDegrees)[number]));
}

/** What a wreck hides: drawn from the contest's seed, which no player is told. */
export function contentsOf(situation: Situation, wreck: Feature): string | null {
  const own = situation.features
    .filter((feature) => feature.origin === 'required' && isWreck(feature))
    .map(({ name }) => name)
    .sort();
  const index = own.indexOf(wreck.name);
  const list = index >= 0 && wreck.origin === 'required' ? shuffled(hidden, situation.seed, 'hidden') : null;
  if (list) return list[index] ?? null;
  return shuffled(washedUp, situation.seed, 'washed up', wreck.position)[0] ?? null;
}

export function bestTreasure(inventory: readonly string[]): string | null {
  return (
    [...inventory].filter((item) => item in treasures).sort((a, b) => (treasures[b] ?? 0) - (treasures[a] ?? 0))[0] ??
    null
  );
}

const rulings: Rulings<keyof typeof verbs, IslePlan> = {
  walk: (situation, seat, target) => moveBy(situation, seat, target, walkMax, 'walk'),
  run: (situation, seat, target) => {
    if (healthDegree(seat) === 2) return refused(`${seat.name} is battered and cannot run`);
    return moveBy(situation, seat, target, runMax, 'run');
  },
  search: searchPlace,
  sell: (situation, seat) => {
    if (!isBeside(seat.cell, placeOf(situation, 'Jetty')))
      return refused('the ferryman buys at the Jetty and nowhere else');
    if (!bestTreasure(seat.inventory)) return refused(`${seat.name} has nothing that the ferryman would buy`);
    return allowed({ kind: 'sell' }, 'sells', narrated(situation, seat, ways.sell, {}));
  },
  light: (situation, seat) => {
    const lighthouse = placeOf(situation, 'Lighthouse');
    if (!lighthouse || !isBeside(seat.cell, lighthouse)) return refused('the Lighthouse is not beside you');
    if (lighthouse.description.startsWith('Lit')) return refused('the Lighthouse burns already');
    if (!seat.inventory.includes(lampOil)) return refused(`${seat.name} has no lamp oil`);
    return allowed({ kind: 'light' }, 'lights the lamp', narrated(situation, seat, ways.light, {}));
  },
  unlock: (situation, seat) => {
    const house = placeOf(situation, 'Customs house');
    if (!house || !isBeside(seat.cell, house)) return refused('the Customs house is not beside you');
    if (house.description.startsWith('Open')) return refused('the Customs house is open, and empty');
    if (!seat.inventory.includes(brassKey)) return refused(`${seat.name} has no key that fits`);
    return allowed({ kind: 'unlock' }, 'turns the key', narrated(situation, seat, ways.unlock, {}));
  },
  rob: (situation, seat, target) => {
    if (healthDegree(seat) === 2) return refused(`${seat.name} is battered and in no state to rob anybody`);
    const victim = findNamed(target, situation.seats);
    if (!victim) return refused(`there is nobody called "${target}" to rob`);
    if (victim.id === seat.id) return refused(`${seat.name} cannot rob themselves`);
    const steps = distanceBetween(seat.cell, victim.cell);
    if (steps > 1) return refused(`${victim.name} is ${steps} steps away; robbing needs to be one step away at most`);
    return allowed(
      { kind: 'rob', victim },
      `robs ${victim.name}`,
      narrated(situation, seat, ways.rob, { victim: victim.name }),
    );
  },
  rest: (situation, seat) => allowed({ kind: 'rest' }, 'rests', narrated(situation, seat, ways.rest, {})),
  wait: (situation, seat) => allowed({ kind: 'wait' }, 'waits', narrated(situation, seat, ways.wait, {})),
};

export const planOf = planBy(verbs, rulings);

function moveBy(
  situation: Situation,
  seat: Seat,
  target: string,
  stepsMax: number,
  verb: 'walk' | 'run',
): Verdict<IslePlan> {
  const to = targetCell(target, situation);
  if (!to) return refused(`"${target || 'nowhere'}" is neither a position nor anything on this isle`);
  const place = formatPosition(to);
  if (!isOnGrid(to, situation.grid))
    return refused(`${place} is off the grid of ${situation.grid.width} by ${situation.grid.height}`);
  if (isUnderWater(to, situation)) return refused(`${place} is under water`);
  const steps = distanceBetween(seat.cell, to);
  if (steps > stepsMax) return refused(`${place} is ${steps} steps away; to ${verb} reaches ${stepsMax} at most`);
  if (steps === 0) return allowed({ kind: 'wait' }, 'stays', `${seat.name} stays where the ground is known.`);
  if (verb === 'walk')
    return allowed(
      { kind: 'move', to, slips: false },
      `walks to ${place}`,
      narrated(situation, seat, ways.walk, { place }),
    );
  const risk = Math.max(0, steps - walkMax) * slipPerStep;
  if (drawFraction(situation.seed, situation.roundNo, seat.place, 'slip') >= risk) {
    return allowed(
      { kind: 'move', to, slips: false },
      `runs to ${place}`,
      narrated(situation, seat, ways.run, { place }),
    );
  }
  const slipsAt = stepTowards(seat.cell, to, Math.max(1, Math.floor(steps / 2)));
  return allowed(
    { kind: 'move', to: slipsAt, slips: true },
    `slips at ${formatPosition(slipsAt)}`,
    narrated(situation, seat, ways.slip, { place, fall: formatPosition(slipsAt) }),
  );
}

function searchPlace(situation: Situation, seat: Seat, target: string): Verdict<IslePlan> {
  const wrecks = situation.features.filter(isWreck);
  const place =
    target === ''
      ? wrecks.find((wreck) => isBeside(seat.cell, wreck) && !isSearched(wreck))
      : findNamed(target, situation.features);
  if (!place) return refused(`there is no "${target}" here to search`);
  if (!isWreck(place)) return refused(`the ${place.name} holds nothing to search for`);
  if (!isBeside(seat.cell, place)) return refused(`the ${place.name} is out of reach at ${place.position}`);
  if (isSearched(place)) return refused(`the ${place.name} is empty already`);
  const at = parsePosition(place.position);
  if (at && isUnderWater(at, situation)) return refused(`the ${place.name} is under water`);
  return allowed(
    { kind: 'search', place },
    `searches the ${place.name}`,
    narrated(situation, seat, ways.search, { place: place.name }),
  );
}
