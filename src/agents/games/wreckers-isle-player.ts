/** How scripted players play Wreckers' Isle: every goal has a worth and a way to it, and a temper that weighs both. */
import type { PlayerAction } from '../../protocol/messages.ts';
import { type Cell, formatPosition, parsePosition } from '../../protocol/positions.ts';
import { drawFraction } from '../../protocol/random.ts';
import { livingSeats } from './command.ts';
import type { Temper } from './game.ts';
import { say, spoken } from './phrases.ts';
import { cellsAround, distanceBetween, type Seat, type Situation } from './situation.ts';
import {
  bestTreasure,
  brassKey,
  floodedRows,
  healthDegree,
  isQuicksand,
  isSearched,
  isUnderWater,
  isWreck,
  lampOil,
  placeOf,
  runMax,
  treasures,
  walkMax,
} from './wreckers-isle.ts';

interface Goal {
  at: Cell;
  worth: number;
  action: PlayerAction;
}

/** What a wreck is worth as long as nobody has looked into it. */
const wreckWorth = 22;

export function decideIsleAction(situation: Situation, me: Seat, temper: Temper): PlayerAction {
  const mood = (name: string): number => drawFraction(situation.seed, situation.roundNo, me.place, name);
  if (isUnderWater(me.cell, situation, situation.roundNo + 1)) {
    const dry = stepsFrom(situation, me, walkMax).filter(
      (cell) => !isUnderWater(cell, situation, situation.roundNo + 1),
    );
    const up = dry[0];
    if (up) return spoken(situation, me, 'walk', formatPosition(up), say.flee);
  }
  if (healthDegree(me) === 2 && mood('rest') < 0.3 + temper.care / 2)
    return spoken(situation, me, 'rest', null, say.rest);
  const goals = goalsOf(situation, me, temper).map((goal) => ({
    ...goal,
    appeal: appealOf(goal, me, temper) + mood(goal.action.target ?? goal.action.action),
  }));
  const best = goals.sort((a, b) => b.appeal - a.appeal)[0];
  if (!best)
    return healthDegree(me) > 0
      ? spoken(situation, me, 'rest', null, say.rest)
      : spoken(situation, me, 'wait', null, say.wait);
  if (distanceBetween(me.cell, best.at) <= 1) return best.action;
  return approach(situation, me, best.at, temper, best.action.action === 'rob' ? say.hunt : say.advance);
}

/** Legal actions of a player who has no plan: every step of a walk, and what can be done on the spot. */
export function isleOptions(situation: Situation, me: Seat): PlayerAction[] {
  const steps = stepsFrom(situation, me, walkMax).map((cell) =>
    spoken(situation, me, 'walk', formatPosition(cell), say.wander),
  );
  const here = goalsOf(situation, me, { haste: 0, greed: 0, care: 0, wonder: 0 }).filter(
    ({ at, action }) => action.action !== 'rob' && distanceBetween(me.cell, at) <= 1,
  );
  return [...steps, ...here.flatMap(({ action }) => Array.from({ length: 1 + steps.length }, () => action))];
}

function goalsOf(situation: Situation, me: Seat, temper: Temper): Goal[] {
  const goals: Goal[] = [];
  const add = (name: string, worth: number, action: PlayerAction): void => {
    const place = placeOf(situation, name);
    const at = place && parsePosition(place.position);
    if (at) goals.push({ at, worth, action });
  };
  const carried = me.inventory.reduce((sum, item) => sum + (treasures[item] ?? 0), 0);
  if (bestTreasure(me.inventory))
    add('Jetty', carried * (0.6 + temper.care), spoken(situation, me, 'sell', null, say.sell));
  const dark = !placeOf(situation, 'Lighthouse')?.description.startsWith('Lit');
  if (dark && me.inventory.includes(lampOil)) add('Lighthouse', 30, spoken(situation, me, 'light', null, say.light));
  const locked = !placeOf(situation, 'Customs house')?.description.startsWith('Open');
  if (locked && me.inventory.includes(brassKey))
    add('Customs house', 40, spoken(situation, me, 'unlock', null, say.unlock));
  for (const wreck of situation.features) {
    const at = parsePosition(wreck.position);
    if (!at || !isWreck(wreck) || isSearched(wreck)) continue;
    const arrival = situation.roundNo + Math.ceil(Math.max(0, distanceBetween(me.cell, at) - 1) / walkMax);
    if (isUnderWater(at, situation, arrival)) continue;
    // What the tide takes next is looked at first, by those who dare.
    const hurry = situation.grid.height - floodedRows(situation.roundNo + 3) < at.y ? 1.3 - temper.care / 2 : 1;
    goals.push({
      at,
      worth: wreckWorth * hurry * (1 + temper.wonder / 2),
      action: spoken(situation, me, 'search', wreck.name, say.search),
    });
  }
  const quarry = livingSeats(situation.seats).filter(({ id }) => id !== me.id);
  if (temper.greed > 0 && healthDegree(me) === 0 && situation.roundNo > 1) {
    for (const seat of quarry)
      goals.push({ at: seat.cell, worth: 20 * temper.greed, action: spoken(situation, me, 'rob', seat.name, say.rob) });
  }
  return goals;
}

function appealOf({ at, worth }: Goal, me: Seat, temper: Temper): number {
  const stride = temper.haste > 0.5 ? runMax : walkMax;
  return worth / (1 + Math.ceil(Math.max(0, distanceBetween(me.cell, at) - 1) / stride));
}

function approach(
  situation: Situation,
  me: Seat,
  goal: Cell,
  temper: Temper,
  phrases: readonly string[],
): PlayerAction {
  const runs =
    healthDegree(me) < 2 &&
    distanceBetween(me.cell, goal) > walkMax + 1 &&
    drawFraction(situation.seed, situation.roundNo, me.place, 'haste') < temper.haste;
  const stride = runs ? (temper.care > 0.5 ? runMax - 1 : runMax) : walkMax;
  const to = stepsFrom(situation, me, stride).sort(
    (a, b) => distanceBetween(a, goal) - distanceBetween(b, goal) || straightness(a, goal) - straightness(b, goal),
  )[0];
  if (!to) return spoken(situation, me, 'wait', null, say.wait);
  return spoken(situation, me, runs ? 'run' : 'walk', formatPosition(to), phrases);
}

function straightness(a: Cell, b: Cell): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

/** Where one can go: dry, and no quicksand. */
function stepsFrom(situation: Situation, me: Seat, stride: number): Cell[] {
  return cellsAround(me.cell, stride, situation.grid).filter(
    (cell) => !isUnderWater(cell, situation) && !isQuicksand(situation, cell),
  );
}
