/** Who and what a simulated arena's catalogue holds: an arena for each contest, its players, judge, announcer and maker of features. */
import type { ArenaEntity, ParticipantEntity } from '../../src/actors/contest/plan.ts';
import type { PlanSource } from '../../src/actors/contest/service.ts';
import type { ModelAgent } from '../../src/agents/model-directory.ts';
import type { CreateContest } from '../../src/protocol/contest-input.ts';
import { ArenaError } from '../../src/protocol/errors.ts';
import type { Role } from '../../src/protocol/states.ts';
import type { Draws } from '../support/draws.ts';
import { agentsHost } from './hosts.ts';
import { modelAgent } from './model-host.ts';

export interface Cast {
  readonly contests: readonly CreateContest[];
  readonly seats: readonly ParticipantEntity[];
  /** Those of the seats that a language model speaks for. */
  readonly modelAgents: readonly ModelAgent[];
  readonly catalogue: Pick<PlanSource, 'arena' | 'participants'>;
}

const words = ['first', 'second', 'third'] as const;

export function drawCast(draws: Draws): Cast {
  const arenas: ArenaEntity[] = [];
  const seats: ParticipantEntity[] = [];
  const contests: CreateContest[] = [];
  const modelAgents: ModelAgent[] = [];
  const count = draws.pick([1, 1, 2]);

  for (const word of words.slice(0, count)) {
    const featuresMax = draws.pick([0, 0, 1]);
    const arena = arenaNamed(`${word}-stone-circle`, featuresMax);
    const endpointOf = (id: string) => (draws.chance(0.2) ? `${agentsHost}/${id}` : channel);
    const seat = (id: string, role: Role) => seatAt(id, role, endpointOf(id));
    const players = words.slice(0, draws.pick([1, 2, 2, 3])).map((which) => seat(`${which}-player-${word}`, 'player'));
    const others = [seat(`the-judge-${word}`, 'judge'), seat(`the-announcer-${word}`, 'announcer')];
    const makers = featuresMax > 0 ? [seat(`the-maker-${word}`, 'arena')] : [];
    arenas.push(arena);
    const own = [...players, ...others, ...makers];
    seats.push(...own);
    modelAgents.push(...own.filter(({ endpoint }) => endpoint === channel && draws.chance(0.2)).map(modelAgent));
    contests.push({
      id: `the-contest-${word}`,
      arena_id: arena.id,
      participant_ids: own.map(({ id }) => id),
      auto_advance: draws.chance(0.7),
      max_rounds: draws.pick([1, 2, 3, 4]),
      winning_score: draws.pick([6, 100, 100]),
      seed: draws.between(0, 1_000),
      response_timeout_ms: draws.pick([400, 2_000]),
      max_attempts: draws.pick([1, 2, 3]),
      max_faults: draws.pick([1, 2, 3]),
      health_timeout_ms: draws.pick([400, 1_500]),
      start: draws.chance(0.5),
    });
  }

  return {
    contests,
    seats,
    modelAgents,
    catalogue: {
      arena: async (id) => arenas.find((one) => one.id === id) ?? missing(id),
      participants: async (ids) => ids.map((id) => seats.find((one) => one.id === id) ?? missing(id)),
    },
  };
}

function seatAt(id: string, role: Role, endpoint: string): ParticipantEntity {
  return { id, name: id.replaceAll('-', ' '), role, description: `${role} as drawn`, endpoint };
}

const channel = 'channel://actor.agent.$AGENT_ID$';

function arenaNamed(id: string, featuresMax: number): ArenaEntity {
  return {
    id,
    name: id,
    description: 'A circle of stones.',
    width: 5,
    height: 5,
    rules: 'Walk.',
    winning_condition: 'The highest score.',
    max_random_features: featuresMax,
    features: [{ id: `well-of-${id}`, name: 'well', description: 'deep', position: '3,3', origin: 'required' }],
  };
}

function missing(id: string): never {
  throw new ArenaError({ code: 'not_found', message: `there is nothing named ${id}` });
}
