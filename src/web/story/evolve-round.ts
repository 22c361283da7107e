/** How the picture of a round, and of the set-up before it, follows from their events. Pure. */
import type { Feature, PlayerStanding } from '../../client/client.ts';
import type { RoundEvent, SetupEvent } from './journal.ts';
import type { Round, SeatRecord, Setup, World } from './picture.ts';

type Table<Part, Event extends { type: string }> = {
  readonly [Type in Event['type']]: (part: Part, event: Extract<Event, { type: Type }>, at: number) => Part;
};

export function newRound(number: number, start: World, at: number, restarts = 0): Round {
  return {
    number,
    state: 'idle',
    halted: false,
    start,
    world: start,
    startedAt: at,
    endedAt: null,
    actions: [],
    rulings: [],
    effects: null,
    endingNarrative: null,
    seats: [],
    failedIn: null,
    error: null,
    restarts,
  };
}

export const evolveRound: Table<Round, RoundEvent> = {
  round_created: (round, { start }, at) => newRound(round.number, start, at),
  copied: (round, { state: copy }) =>
    withWorld({
      ...newRound(round.number, copy.start, copy.started_at),
      state: copy.state,
      endedAt: copy.ended_at,
      actions: copy.actions,
      rulings: copy.rulings,
      effects: copy.effects,
      endingNarrative: copy.ending_narrative,
      seats: copy.seats,
    }),
  restarted: (round, _event, at) => newRound(round.number, round.start, at, round.restarts + 1),
  moved: (round, { from, to, error }, at) => ({
    ...round,
    state: to,
    halted: false,
    failedIn: to === 'round_fail' ? from : null,
    error: error ?? null,
    endedAt: to === 'round_complete' || to === 'round_fail' ? at : null,
  }),
  actions_taken: (round, { actions, seats }) => withWorld({ ...round, actions, seats: mergeSeats(round.seats, seats) }),
  rulings_made: (round, { rulings, seats }) => ({
    ...round,
    rulings: [...round.rulings, ...rulings],
    seats: mergeSeats(round.seats, seats),
  }),
  effects_applied: (round, { effects, seats }) =>
    withWorld({ ...round, effects: effects ?? round.effects, seats: mergeSeats(round.seats, seats) }),
  results_described: (round, { text, seats }) => ({
    ...round,
    endingNarrative: text ?? round.endingNarrative,
    seats: mergeSeats(round.seats, seats),
  }),
  retried: (round, { to }) => ({ ...round, state: to, failedIn: null, error: null, endedAt: null }),
  halted: (round) => ({ ...round, halted: true }),
  stopped: (round, _event, at) => ({ ...round, endedAt: at }),
};

export const newSetup: Setup = {
  state: 'idle',
  halted: false,
  narrative: null,
  features: [],
  players: [],
  failedIn: null,
  error: null,
};

export const evolveSetup: Table<Setup, SetupEvent> = {
  setup_created: () => newSetup,
  copied: (_setup, { state: { state, features, players, narrative } }) => ({
    ...newSetup,
    state,
    features,
    players,
    narrative,
  }),
  moved: (setup, { from, to, error, features, players }) => ({
    ...setup,
    state: to,
    halted: false,
    features: features ?? setup.features,
    players: players ?? setup.players,
    failedIn: to === 'setup_fail' ? from : null,
    error: error ?? null,
  }),
  features_generated: (setup, { features }) => ({ ...setup, features: [...setup.features, ...features] }),
  described: (setup, { text }) => ({ ...setup, narrative: text }),
  retried: (setup) => ({ ...setup, state: setup.failedIn ?? setup.state, failedIn: null, error: null }),
  halted: (setup) => ({ ...setup, halted: true }),
};

/** The judge's effects, and what the players want to remember, on top of what the round began with. */
function withWorld(round: Round): Round {
  return {
    ...round,
    world: {
      features: round.start.features.map((feature) => changedFeature(feature, round)),
      players: round.start.players.map((player) => changedPlayer(player, round)),
    },
  };
}

function changedFeature(feature: Feature, { effects }: Round): Feature {
  const change = effects?.features.findLast(({ id }) => id === feature.id);
  if (!change) return feature;
  return {
    ...feature,
    position: change.position ?? feature.position,
    description: change.description ?? feature.description,
  };
}

function changedPlayer(player: PlayerStanding, { effects, actions }: Round): PlayerStanding {
  const change = effects?.players.findLast(({ id }) => id === player.id);
  return {
    ...player,
    memories: actions.find(({ id }) => id === player.id)?.memories ?? player.memories,
    position: change?.position ?? player.position,
    health: change?.health ?? player.health,
    score: change?.score ?? player.score,
    inventory: change?.inventory ?? player.inventory,
  };
}

function mergeSeats(before: readonly SeatRecord[], news: readonly SeatRecord[]): readonly SeatRecord[] {
  const merged = new Map(before.map((seat) => [seat.id, seat]));
  for (const seat of news) {
    const known = merged.get(seat.id);
    merged.set(seat.id, known ? { ...seat, faults: [...known.faults, ...seat.faults] } : seat);
  }
  return [...merged.values()];
}
