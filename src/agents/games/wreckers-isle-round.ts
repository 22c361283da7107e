/** Wreckers' Isle: what all actions of a round lead to. Hands first, in an order drawn from the seed, then moves, then the tide. */
import type { FeatureEffect, PlayerEffect, RoundEffects } from '../../protocol/messages.ts';
import { type Cell, formatPosition } from '../../protocol/positions.ts';
import { drawFraction, shuffled } from '../../protocol/random.ts';
import { livingSeats } from './command.ts';
import { isSameCell, type Seat, type Situation } from './situation.ts';
import {
  bestTreasure,
  brassKey,
  contentsOf,
  crab,
  floodedRows,
  healthDegree,
  healthDegrees,
  type IslePlan,
  isQuicksand,
  isSearched,
  isUnderWater,
  isWreck,
  lampOil,
  placeOf,
  planOf,
  rope,
  searchedMark,
  treasures,
} from './wreckers-isle.ts';

const lightPoints = 30;
const unlockPoints = 40;
const robChance = 0.45;

/** A player while the round is being worked out; thrown away when its effects are known. */
interface Fate {
  readonly seat: Seat;
  readonly plan: IslePlan;
  cell: Cell;
  degree: number;
  score: number;
  inventory: string[];
}

export function applyIsleEffects(situation: Situation): RoundEffects {
  const fates = new Map(livingSeats(situation.seats).map((seat) => [seat.id, fateOf(situation, seat)]));
  const descriptions = new Map<string, string>();
  for (const seat of shuffled(livingSeats(situation.seats), situation.seed, situation.roundNo, 'hands')) {
    const fate = fates.get(seat.id);
    if (fate) useHands(situation, fate, fates, descriptions);
  }
  for (const fate of fates.values()) move(situation, fate);
  for (const fate of fates.values()) riseTide(situation, fate);
  const players = [...fates.values()].flatMap(effectOf);
  const features = [...descriptions].map(([id, description]): FeatureEffect => ({ id, description }));
  return { players, features, winner_id: winnerOf(situation, [...fates.values()], descriptions) };
}

function fateOf(situation: Situation, seat: Seat): Fate {
  const verdict = planOf(situation, seat, seat.action ?? { action: 'wait', target: null });
  const plan: IslePlan = verdict.allowed ? verdict.plan : { kind: 'wait' };
  return { seat, plan, cell: seat.cell, degree: healthDegree(seat), score: seat.score, inventory: [...seat.inventory] };
}

function useHands(
  situation: Situation,
  fate: Fate,
  fates: ReadonlyMap<string, Fate>,
  descriptions: Map<string, string>,
): void {
  const { seat, plan } = fate;
  switch (plan.kind) {
    case 'search': {
      if (descriptions.has(plan.place.id)) return;
      const found = contentsOf(situation, plan.place);
      descriptions.set(plan.place.id, searchedBy(seat.name, found));
      if (found === crab) hurt(fate);
      else if (found !== null) fate.inventory.push(found);
      return;
    }
    case 'sell': {
      const sold = fate.inventory.filter((item) => item in treasures);
      fate.score += sold.reduce((sum, item) => sum + (treasures[item] ?? 0), 0);
      fate.inventory = fate.inventory.filter((item) => !(item in treasures));
      return;
    }
    case 'light':
      spend(
        fate,
        lampOil,
        placeOf(situation, 'Lighthouse')?.id,
        lightPoints,
        `Lit by ${seat.name}. Ships far out turn their heads.`,
        descriptions,
      );
      return;
    case 'unlock':
      spend(
        fate,
        brassKey,
        placeOf(situation, 'Customs house')?.id,
        unlockPoints,
        `Open. ${seat.name} has carried out the last of the tax money.`,
        descriptions,
      );
      return;
    case 'rob': {
      const victim = fates.get(plan.victim.id);
      const treasure = victim && bestTreasure(victim.inventory);
      if (victim && treasure && drawFraction(situation.seed, situation.roundNo, seat.place, 'rob') < robChance) {
        remove(victim, treasure);
        fate.inventory.push(treasure);
      } else hurt(fate);
      return;
    }
    case 'rest':
      fate.degree = Math.max(0, fate.degree - 1);
      return;
    default:
      return;
  }
}

/** What everybody can see afterwards; what was found stays with the finder. */
function searchedBy(name: string, found: string | null): string {
  const signs = found === crab ? 'and cursed at' : 'and emptied';
  return `${searchedMark} ${signs} by ${name}.`;
}

function spend(
  fate: Fate,
  item: string,
  placeId: string | undefined,
  value: number,
  description: string,
  descriptions: Map<string, string>,
): void {
  if (placeId === undefined || descriptions.has(placeId)) return;
  remove(fate, item);
  fate.score += value;
  descriptions.set(placeId, description);
}

function move(situation: Situation, fate: Fate): void {
  if (fate.plan.kind !== 'move') return;
  fate.cell = fate.plan.to;
  if (fate.plan.slips) hurt(fate);
  if (isQuicksand(situation, fate.cell) && !remove(fate, rope)) hurt(fate);
}

function riseTide(situation: Situation, fate: Fate): void {
  const next = situation.roundNo + 1;
  if (!isUnderWater(fate.cell, situation, next)) return;
  fate.cell = { x: fate.cell.x, y: Math.max(1, situation.grid.height - floodedRows(next)) };
  if (!remove(fate, rope)) hurt(fate);
}

function hurt(fate: Fate): void {
  if (fate.degree < healthDegrees.length - 1) fate.degree += 1;
  else remove(fate, bestTreasure(fate.inventory) ?? '');
}

/** Takes one such thing away, and says whether there was one. */
function remove(fate: Fate, item: string): boolean {
  const index = fate.inventory.indexOf(item);
  if (index < 0) return false;
  fate.inventory.splice(index, 1);
  return true;
}

/** Only what has changed is told. */
function effectOf({ seat, cell, degree, score, inventory }: Fate): PlayerEffect[] {
  const changes = {
    ...(isSameCell(cell, seat.cell) ? {} : { position: formatPosition(cell) }),
    ...(degree === healthDegree(seat) ? {} : { health: healthDegrees[degree] ?? 'healthy' }),
    ...(score === seat.score ? {} : { score }),
    ...(inventory.join() === seat.inventory.join() ? {} : { inventory }),
  };
  return Object.keys(changes).length === 0 ? [] : [{ id: seat.id, ...changes }];
}

/** Enough points, or an isle on which nothing is left to score: whoever is alone in front has won. */
function winnerOf(
  situation: Situation,
  fates: readonly Fate[],
  descriptions: ReadonlyMap<string, string>,
): string | null {
  const [first, second] = [...fates].sort((a, b) => b.score - a.score);
  if (!first || first.score === second?.score) return null;
  const next = situation.roundNo + 1;
  const wrecksLeft = situation.features.some((feature) => {
    const y = Number(feature.position.split(',')[1]);
    return (
      isWreck(feature) &&
      !isSearched(feature) &&
      !descriptions.has(feature.id) &&
      y <= situation.grid.height - floodedRows(next)
    );
  });
  const handsFull = fates.some(({ inventory }) =>
    inventory.some((item) => item in treasures || usable(situation, item, descriptions)),
  );
  const isOver = floodedRows(next) >= situation.grid.height - 2 || !(wrecksLeft || handsFull);
  return first.score >= situation.view.winning_score || isOver ? first.seat.id : null;
}

function usable(situation: Situation, item: string, descriptions: ReadonlyMap<string, string>): boolean {
  const [name, done] =
    item === lampOil ? ['Lighthouse', 'Lit'] : item === brassKey ? ['Customs house', 'Open'] : [null, ''];
  const place = name === null ? null : placeOf(situation, name);
  return place !== null && !(descriptions.get(place.id) ?? place.description).startsWith(done ?? '');
}
