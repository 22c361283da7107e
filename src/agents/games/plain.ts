/**
 * The plain game, for an arena whose rules the scripted referee does not know: a player goes up to three steps, and whoever is on
 * the cell of something picks it up and scores; of several, one is lucky. Everything else is without effect.
 */

import type { PlayerAction, RoundEffects } from '../../protocol/messages.ts';
import { carriedBy, formatPosition, isOnGrid, parsePosition } from '../../protocol/positions.ts';
import { drawIndex, shuffled } from '../../protocol/random.ts';
import { livingSeats, readCommand, targetCell, type Verbs } from './command.ts';
import type { Game } from './game.ts';
import { say, spoken } from './phrases.ts';
import { cellsAround, distanceBetween, isSameCell, type Seat, type Situation, stepTowards } from './situation.ts';
import { allowed, judgementOf, refused, type Verdict } from './verdict.ts';

const stepsMax = 3;
const pointsForFind = 10;
const verbs: Verbs<'move' | 'wait'> = {
  move: [
    'walk',
    'run',
    'go',
    'step',
    'sprint',
    'dash',
    'rush',
    'sneak',
    'climb',
    'jump',
    'fly',
    'swim',
    'advance',
    'retreat',
    'flee',
  ],
  wait: ['stay', 'rest', 'none', 'hold', 'watch', 'look'],
};

function planOf(
  situation: Situation,
  seat: Seat,
  action: { action: string; target: string | null },
): Verdict<{ to: string }> {
  const { verb, target } = readCommand({ ...action, narration: null }, verbs);
  const here = { to: formatPosition(seat.cell) };
  if (verb === 'wait') return allowed(here, 'waits', `${seat.name} waits.`);
  if (verb === null)
    return allowed(here, 'tries, without effect', `${seat.name} tries something, and nothing comes of it.`);
  const cell = targetCell(target, situation);
  if (!cell) return refused(`"${target || 'nowhere'}" is neither a position nor anything in this arena`);
  const place = formatPosition(cell);
  if (!isOnGrid(cell, situation.grid))
    return refused(`${place} is off the grid of ${situation.grid.width} by ${situation.grid.height}`);
  const steps = distanceBetween(seat.cell, cell);
  if (steps > stepsMax)
    return refused(`${place} is ${steps} steps away; ${stepsMax} is as far as anybody goes in a round`);
  return allowed({ to: place }, `moves to ${place}`, `${seat.name} moves to ${place}.`);
}

function applyEffects(situation: Situation): RoundEffects {
  const moved = livingSeats(situation.seats).map((seat) => {
    const verdict = seat.action ? planOf(situation, seat, seat.action) : null;
    return { seat, position: verdict?.allowed ? verdict.plan.to : formatPosition(seat.cell) };
  });
  const found = situation.features.flatMap((feature) => {
    const there = moved.filter(({ position }) => position === feature.position);
    const [lucky] = shuffled(there, situation.seed, situation.roundNo, feature.position, 'find');
    return lucky ? [{ feature, finder: lucky.seat }] : [];
  });
  const players = moved.flatMap(({ seat, position }) => {
    const finds = found.filter(({ finder }) => finder.id === seat.id).map(({ feature }) => feature.name);
    if (finds.length === 0) return position === formatPosition(seat.cell) ? [] : [{ id: seat.id, position }];
    const score = seat.score + pointsForFind * finds.length;
    return [{ id: seat.id, position, score, inventory: [...seat.inventory, ...finds] }];
  });
  return {
    players,
    features: found.map(({ feature, finder }) => ({ id: feature.id, position: carriedBy(finder.id) })),
  };
}

/** To the nearest of what lies about; of several as near, a drawn one, so that two players do not always want the same. */
function decide(situation: Situation, me: Seat): PlayerAction {
  const lying = situation.features
    .flatMap((feature) => parsePosition(feature.position) ?? [])
    .filter((cell) => !isSameCell(cell, me.cell));
  const nearest = Math.min(...lying.map((cell) => distanceBetween(me.cell, cell)));
  const goals = lying.filter((cell) => distanceBetween(me.cell, cell) === nearest);
  const goal = goals[drawIndex(Math.max(1, goals.length), situation.seed, situation.roundNo, me.place)];
  if (!goal)
    return (
      options(situation, me)[drawIndex(8, situation.seed, situation.roundNo, me.place)] ??
      spoken(situation, me, 'wait', null, say.wait)
    );
  return spoken(situation, me, 'move', formatPosition(stepTowards(me.cell, goal, stepsMax)), say.advance);
}

function options(situation: Situation, me: Seat): PlayerAction[] {
  return cellsAround(me.cell, 2, situation.grid).map((cell) =>
    spoken(situation, me, 'move', formatPosition(cell), say.wander),
  );
}

export const plainGame: Pick<Game, 'judge' | 'applyEffects' | 'decide' | 'options' | 'oddities'> = {
  oddities: [
    { name: 'Signpost', description: 'It points in three directions, and all three are wrong.' },
    { name: 'Old well', description: 'A stone takes four seconds to reach the water.' },
    { name: 'Campfire', description: 'Still warm. Whoever sat here left in a hurry.' },
    { name: 'Standing stone', description: 'Taller than anybody, and warm to the hand.' },
  ],
  judge: (situation, seat, action) => judgementOf(seat.name, planOf(situation, seat, action)),
  applyEffects,
  decide,
  options,
};
