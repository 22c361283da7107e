/** How scripted players play capture the flag: what to want first, and how fast to go for it. They know the rules and their own view. */
import type { PlayerAction } from '../../protocol/messages.ts';
import { type Cell, formatPosition } from '../../protocol/positions.ts';
import { drawFraction } from '../../protocol/random.ts';
import {
  baseOf,
  carriedFlag,
  colourOf,
  flagOf,
  isRough,
  opponentOf,
  captureTheFlagRules as rules,
} from './capture-the-flag.ts';
import type { Temper } from './game.ts';
import { say, spoken } from './phrases.ts';
import {
  carrierOf,
  cellOf,
  cellsAround,
  distanceBetween,
  isSameCell,
  type Seat,
  type Situation,
  stepTowards,
} from './situation.ts';

export function decideFlagAction(situation: Situation, me: Seat, temper: Temper): PlayerAction {
  const mine = colourOf(situation, me.id);
  const own = flagOf(situation, mine);
  const theirs = flagOf(situation, opponentOf(mine));
  const home = baseOf(situation, mine);
  const thief = own ? situation.seats.find(({ id, out }) => id === carrierOf(own) && !out) : undefined;
  const mood = (name: string): number => drawFraction(situation.seed, situation.roundNo, me.place, name);

  if (thief && distanceBetween(me.cell, thief.cell) <= 1) return spoken(situation, me, 'steal', thief.name, say.steal);
  if (
    own &&
    !thief &&
    !isSameCell(cellOf(own, situation.seats) ?? home, home) &&
    reaches(situation, me, own.position) &&
    !carriedFlag(situation, me.id)
  )
    return spoken(situation, me, 'grab', own.name, say.recover);
  if (carriedFlag(situation, me.id)) return approach(situation, me, home, temper, say.carry);
  if (thief) {
    // Somebody who carries goes home: whoever wants to meet them goes where they will be, not where they are.
    const ahead = stepTowards(thief.cell, baseOf(situation, opponentOf(mine)), 2);
    const near = distanceBetween(me.cell, ahead) <= 4;
    if (near || mood('chase') < temper.greed)
      return approach(situation, me, ahead, { ...temper, haste: Math.max(temper.haste, 0.6) }, say.chase);
  }
  const prowler = situation.seats.some(
    (seat) => !seat.out && colourOf(situation, seat.id) !== mine && distanceBetween(seat.cell, home) <= 3,
  );
  if (prowler && !thief && distanceBetween(me.cell, home) <= 1 && mood('guard') < temper.care)
    return spoken(situation, me, 'guard', null, say.guard);
  if (theirs && carrierOf(theirs) === null) {
    if (reaches(situation, me, theirs.position)) return spoken(situation, me, 'grab', theirs.name, say.grab);
    const at = cellOf(theirs, situation.seats) ?? home;
    return approach(
      situation,
      me,
      mood('wander') < temper.wonder / 3 ? detour(situation, me, at) : at,
      temper,
      say.advance,
    );
  }
  return isSameCell(me.cell, home)
    ? spoken(situation, me, 'guard', null, say.guard)
    : approach(situation, me, home, temper, say.retreat);
}

/** Legal actions of a player who has no plan: every step of a walk, and what lies in reach. */
export function flagOptions(situation: Situation, me: Seat): PlayerAction[] {
  const mine = colourOf(situation, me.id);
  const theirs = flagOf(situation, opponentOf(mine));
  const own = flagOf(situation, mine);
  const thief = own ? situation.seats.find(({ id }) => id === carrierOf(own)) : undefined;
  const options = cellsAround(me.cell, rules.walkMax, situation.grid).map((cell) =>
    spoken(situation, me, 'walk', formatPosition(cell), say.wander),
  );
  if (theirs && carrierOf(theirs) === null && reaches(situation, me, theirs.position) && !carriedFlag(situation, me.id))
    options.push(...repeated(spoken(situation, me, 'grab', theirs.name, say.grab), options.length));
  if (thief && distanceBetween(me.cell, thief.cell) <= 1)
    options.push(...repeated(spoken(situation, me, 'steal', thief.name, say.steal), options.length));
  return options;
}

/** What lies in reach is worth as much as everything else together. */
function repeated(action: PlayerAction, times: number): PlayerAction[] {
  return Array.from({ length: times }, () => action);
}

function approach(
  situation: Situation,
  me: Seat,
  goal: Cell,
  temper: Temper,
  phrases: readonly string[],
): PlayerAction {
  const steps = distanceBetween(me.cell, goal);
  if (steps === 0) return spoken(situation, me, 'wait', null, say.wait);
  const mayRun = me.health !== rules.winded && steps > rules.walkMax;
  const runs = mayRun && drawFraction(situation.seed, situation.roundNo, me.place, 'haste') < temper.haste;
  const stride = runs ? (temper.care > 0.5 ? rules.runMax - 1 : rules.runMax) : rules.walkMax;
  const to = stepTowards(me.cell, goal, Math.min(stride, steps));
  const smooth = runs && isRough(situation, to) ? beside(situation, me, to, goal, stride) : to;
  return spoken(situation, me, runs ? 'run' : 'walk', formatPosition(smooth), phrases);
}

/** The cell nearest to the goal that is in reach and not rough. */
function beside(situation: Situation, me: Seat, to: Cell, goal: Cell, stride: number): Cell {
  const smooth = cellsAround(me.cell, stride, situation.grid).filter((cell) => !isRough(situation, cell));
  return (
    smooth.sort(
      (a, b) => distanceBetween(a, goal) - distanceBetween(b, goal) || distanceBetween(a, to) - distanceBetween(b, to),
    )[0] ?? to
  );
}

/** A way round by the edge that is farther from here. */
function detour(situation: Situation, me: Seat, goal: Cell): Cell {
  const y =
    me.cell.y > situation.grid.height / 2 ? Math.max(1, me.cell.y - 2) : Math.min(situation.grid.height, me.cell.y + 2);
  return { x: stepTowards(me.cell, goal, 3).x, y };
}

function reaches(situation: Situation, me: Seat, position: string): boolean {
  const cell = situation.features.find((feature) => feature.position === position);
  const at = cell && cellOf(cell, situation.seats);
  return at !== null && at !== undefined && distanceBetween(me.cell, at) <= 1;
}
