/** Capture the flag: what all actions of a round lead to. Hands first, in an order drawn from the seed, then all moves, then scores. */
import type { Feature } from '../../protocol/contest.ts';
import type { FeatureEffect, PlayerEffect, RoundEffects } from '../../protocol/messages.ts';
import { type Cell, carriedBy, formatPosition } from '../../protocol/positions.ts';
import { drawFraction, shuffled } from '../../protocol/random.ts';
import {
  baseOf,
  captureTheFlagRules,
  colourOf,
  type FlagPlan,
  guardedGrabChance,
  planOf,
  points,
  stealChance,
} from './capture-the-flag.ts';
import { livingSeats } from './command.ts';
import { cellOf, distanceBetween, isSameCell, type Seat, type Situation } from './situation.ts';

const { winded } = captureTheFlagRules;
const ready = 'healthy';

/** Hands are quicker than feet: grabs and steals first, in an order drawn from the seed, then all moves, then what they lead to. */
export function applyFlagEffects(situation: Situation): RoundEffects {
  const seats = livingSeats(situation.seats);
  const plans = new Map(seats.map((seat) => [seat.id, planned(situation, seat)]));
  const cells = new Map(situation.seats.map((seat) => [seat.id, seat.cell]));
  const scores = new Map(situation.seats.map((seat) => [seat.id, seat.score]));
  const flags = new Map(
    situation.features.filter(({ name }) => name.endsWith(' flag')).map((flag) => [flag.id, flag.position]),
  );
  const carried = (id: string): string | undefined =>
    [...flags].find(([, position]) => position === carriedBy(id))?.[0];
  const homeOf = (flag: Feature): string =>
    formatPosition(baseOf(situation, flag.name.startsWith('Red') ? 'Red' : 'Blue'));
  const gain = (id: string, value: number): void => void scores.set(id, (scores.get(id) ?? 0) + value);

  for (const seat of situation.seats.filter(({ out }) => out)) {
    const flag = carried(seat.id);
    if (flag) flags.set(flag, formatPosition(seat.cell));
  }
  for (const seat of shuffled(seats, situation.seed, situation.roundNo, 'hands')) {
    const plan = plans.get(seat.id);
    const luck = drawFraction(situation.seed, situation.roundNo, seat.place, 'hand');
    if (plan?.kind === 'grab' && flags.get(plan.flag.id) === plan.flag.position) {
      const own = plan.flag.name.startsWith(colourOf(situation, seat.id));
      if (own) {
        flags.set(plan.flag.id, homeOf(plan.flag));
        gain(seat.id, points.recover);
      } else if (luck < guardedGrabChance || !isGuarded(situation, plan.flag, plans)) {
        flags.set(plan.flag.id, carriedBy(seat.id));
        if (plan.flag.position === homeOf(plan.flag)) gain(seat.id, points.grab);
      }
    }
    if (plan?.kind === 'steal' && flags.get(plan.flag.id) === carriedBy(plan.victim.id)) {
      if (luck < (plan.victim.health === winded ? stealChance.winded : stealChance.ready)) {
        flags.set(plan.flag.id, homeOf(plan.flag));
        gain(seat.id, points.steal);
      }
    }
  }
  for (const seat of seats) {
    const plan = plans.get(seat.id);
    if (plan?.kind !== 'move') continue;
    cells.set(seat.id, plan.to);
    const flag = plan.stumbles ? carried(seat.id) : undefined;
    if (flag) flags.set(flag, formatPosition(plan.to));
  }
  for (const seat of seats) {
    const cell = cells.get(seat.id) ?? seat.cell;
    const colour = colourOf(situation, seat.id);
    const flag = carried(seat.id);
    const carriedFeature = situation.features.find(({ id }) => id === flag);
    if (carriedFeature && isSameCell(cell, baseOf(situation, colour))) {
      flags.set(carriedFeature.id, homeOf(carriedFeature));
      gain(seat.id, points.capture);
    }
  }
  return effectsOf(situation, { plans, cells, scores, flags });
}

interface Outcome {
  plans: ReadonlyMap<string, FlagPlan>;
  cells: ReadonlyMap<string, Cell>;
  scores: ReadonlyMap<string, number>;
  flags: ReadonlyMap<string, string>;
}

/** Only what has changed is told. */
function effectsOf(situation: Situation, { plans, cells, scores, flags }: Outcome): RoundEffects {
  const players = situation.seats.flatMap((seat): PlayerEffect[] => {
    const plan = plans.get(seat.id);
    const health = plan?.kind === 'move' && plan.stumbles ? winded : seat.health === winded ? ready : seat.health;
    const cell = cells.get(seat.id) ?? seat.cell;
    const score = scores.get(seat.id) ?? seat.score;
    const held = situation.features.filter(({ id }) => flags.get(id) === carriedBy(seat.id)).map(({ name }) => name);
    const inventory = [...seat.inventory.filter((item) => !/^(Red|Blue) flag$/.test(item)), ...held];
    const changes = {
      ...(isSameCell(cell, seat.cell) ? {} : { position: formatPosition(cell) }),
      ...(health === seat.health ? {} : { health }),
      ...(score === seat.score ? {} : { score }),
      ...(inventory.join() === seat.inventory.join() ? {} : { inventory }),
    };
    return Object.keys(changes).length === 0 ? [] : [{ id: seat.id, ...changes }];
  });
  const features = [...flags].flatMap(([id, position]): FeatureEffect[] =>
    situation.features.some((feature) => feature.id === id && feature.position !== position) ? [{ id, position }] : [],
  );
  return { players, features, winner_id: winnerOf(situation, scores) };
}

/** The one who is alone in front with enough points. */
function winnerOf({ view, seats }: Situation, scores: ReadonlyMap<string, number>): string | null {
  const ranking = livingSeats(seats)
    .map(({ id }) => ({ id, score: scores.get(id) ?? 0 }))
    .sort((a, b) => b.score - a.score);
  const [first, second] = ranking;
  return first && first.score >= view.winning_score && first.score !== second?.score ? first.id : null;
}

function planned(situation: Situation, seat: Seat): FlagPlan {
  const verdict = planOf(situation, seat, seat.action ?? { action: 'wait', target: null });
  return verdict.allowed ? verdict.plan : { kind: 'wait' };
}

function isGuarded(situation: Situation, flag: Feature, plans: ReadonlyMap<string, FlagPlan>): boolean {
  const at = cellOf(flag, situation.seats);
  return situation.seats.some(
    (seat) =>
      plans.get(seat.id)?.kind === 'guard' &&
      flag.name.startsWith(colourOf(situation, seat.id)) &&
      at !== null &&
      distanceBetween(seat.cell, at) <= 1,
  );
}
