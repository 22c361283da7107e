/** Contests to test with: a small plan, every part of which can be replaced, and scopes made by hand. */
import type { ContestPlan, ContestSettings, Seat } from '../../src/actors/contest/state.ts';
import type { Address, Scope } from '../../src/actors/runtime/machine.ts';
import type { ArenaOfContest, Feature } from '../../src/protocol/contest.ts';
import type { Role } from '../../src/protocol/states.ts';

export const contestId = 'calm-cedar-climbs-1';
export const contestRoot = `contest/${contestId}`;

export function seat(id: string, role: Role, more: Partial<Seat> = {}): Seat {
  return {
    id,
    name: id.split('-')[0] ?? id,
    role,
    description: `${id} as described`,
    endpoint: `channel://actor.agent.${id}`,
    position: null,
    inventory: [],
    ...more,
  };
}

export const ada = seat('ada-the-player', 'player', { position: '1,1' });
export const bob = seat('bob-the-player', 'player', { position: '5,5' });
export const judge = seat('jo-the-judge', 'judge');
export const announcer = seat('al-the-announcer', 'announcer');
export const maker = seat('ari-the-maker', 'arena');

export function feature(name: string, position: string, more: Partial<Feature> = {}): Feature {
  return { id: `${name}-of-stone`, name, description: `a ${name}`, position, origin: 'required', ...more };
}

const defaultSettings: ContestSettings = {
  auto_advance: true,
  max_rounds: 3,
  winning_score: 100,
  seed: 7,
  response_timeout_ms: 1_000,
  max_attempts: 3,
  max_faults: 2,
  health_timeout_ms: 500,
  completion_channel: null,
};

export interface PlanChanges {
  readonly seats?: readonly Seat[];
  readonly settings?: Partial<ContestSettings>;
  readonly arena?: Partial<ArenaOfContest>;
}

export function planOf(changes: PlanChanges = {}): ContestPlan {
  return {
    arena: {
      id: 'quiet-stone-circle-1',
      name: 'Circle',
      description: 'A circle of stones.',
      width: 5,
      height: 5,
      rules: 'Walk.',
      winning_condition: 'The highest score.',
      max_random_features: 0,
      features: [feature('well', '3,3')],
      ...changes.arena,
    },
    seats: changes.seats ?? [ada, bob, judge, announcer],
    settings: { ...defaultSettings, ...changes.settings },
  };
}

/** What a machine can read of its root, given state by state. */
export function scopeOf(states: Readonly<Record<Address, unknown>>, position = 40): Scope {
  return { root: contestRoot, position, stateOf: (address) => states[address] };
}
