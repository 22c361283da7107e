/** What a contest is made from: the catalogue's entities copied into a plan, everything checked before anything is kept. */
import type { ArenaOfContest, Feature } from '../../protocol/contest.ts';
import type { CreateContest } from '../../protocol/contest-input.ts';
import { type InputProblem, refuseProblems } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { placementProblems, positionProblem } from '../../protocol/positions.ts';
import type { Role } from '../../protocol/states.ts';
import { type ContestPlan, type ContestSettings, missingRoles, type Seat } from './state.ts';

export interface ParticipantEntity {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly description: string;
  readonly endpoint: string;
}

export interface ArenaEntity extends Omit<ArenaOfContest, 'features'> {
  readonly features: readonly Feature[];
}

/** Problems that can be told from the input alone, before anything is looked up or made. */
export function checkContestInput(input: CreateContest): void {
  const problems: InputProblem[] = [];
  if ((input.arena_id === undefined) === (input.arena === undefined)) {
    problems.push({ path: 'arena', message: 'give either arena_id or an inline arena' });
  }
  const { arena } = input;
  if (arena)
    problems.push(
      ...arena.features.flatMap((feature, index) => placementProblems(feature, arena, `arena.features[${index}].`)),
    );
  const ids = [...(input.participant_ids ?? []), ...(input.participants ?? []).flatMap(({ id }) => id ?? [])];
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) {
    problems.push({ path: 'participants', message: `participant ${id} is named twice` });
  }
  refuseProblems(problems);
}

/** The plan of a contest. Throws `invalid` with everything that is wrong; with `start`, also when a role has nobody. */
export function planContest(
  input: CreateContest,
  arena: ArenaEntity,
  participants: readonly ParticipantEntity[],
  drawnSeed: number,
): ContestPlan {
  const players = participants.filter(({ role }) => role === 'player');
  refuseProblems([
    ...listProblems('player_positions', input.player_positions, players.length),
    ...listProblems('player_inventories', input.player_inventories, players.length),
    ...(input.player_positions ?? []).flatMap((position, index) => {
      const message = positionProblem(position, arena);
      return message ? [{ path: `player_positions[${index}]`, message }] : [];
    }),
    ...severalProblems(participants),
  ]);
  const plan: ContestPlan = {
    arena: arenaOf(arena),
    seats: seatsOf(input, participants),
    settings: settingsOf(input, drawnSeed),
  };
  checkSize(plan);
  if (input.start)
    refuseProblems(
      missingRoles(plan).map((role) => ({ path: 'participants', message: `nobody has the role ${role}` })),
    );
  return plan;
}

function listProblems(path: string, list: readonly unknown[] | undefined, players: number): InputProblem[] {
  return list && list.length > players ? [{ path, message: `${list.length} are given for ${players} players` }] : [];
}

/** There is one judge, one announcer and one arena agent. */
function severalProblems(participants: readonly ParticipantEntity[]): InputProblem[] {
  const roles: Role[] = ['judge', 'announcer', 'arena'];
  return roles.flatMap((role) => {
    const count = participants.filter((participant) => participant.role === role).length;
    return count > 1 ? [{ path: 'participants', message: `${count} have the role ${role}; a contest has one` }] : [];
  });
}

/** Throws `invalid` when its requests would be too large. */
export function checkSize(plan: ContestPlan): void {
  refuseProblems(sizeProblems(plan));
}

/** Every request shows the arena and who takes part: a contest in which that is too large could not ask anybody anything. */
function sizeProblems({ arena, seats }: ContestPlan): InputProblem[] {
  const bytes = Buffer.byteLength(JSON.stringify({ arena, participants: seats }));
  if (bytes <= limits.viewBytes) return [];
  const message = `with its ${arena.features.length} features and the participants it is ${bytes} bytes long; at most ${limits.viewBytes} can be shown to agents`;
  return [{ path: 'arena', message }];
}

function arenaOf({
  id,
  name,
  description,
  width,
  height,
  rules,
  winning_condition,
  max_random_features,
  features,
}: ArenaEntity): ArenaOfContest {
  return {
    id,
    name,
    description,
    width,
    height,
    rules,
    winning_condition,
    max_random_features,
    features: features.map((feature) => ({
      id: feature.id,
      name: feature.name,
      description: feature.description,
      position: feature.position,
      origin: feature.origin,
    })),
  };
}

function seatsOf(input: CreateContest, participants: readonly ParticipantEntity[]): Seat[] {
  let player = -1;
  return participants.map(({ id, name, role, description, endpoint }) => {
    if (role === 'player') player += 1;
    const isPlayer = role === 'player';
    return {
      id,
      name,
      role,
      description,
      endpoint,
      position: (isPlayer && input.player_positions?.[player]) || null,
      inventory: (isPlayer && input.player_inventories?.[player]) || [],
    };
  });
}

function settingsOf(input: CreateContest, drawnSeed: number): ContestSettings {
  return {
    auto_advance: input.auto_advance,
    max_rounds: input.max_rounds,
    winning_score: input.winning_score,
    seed: input.seed ?? drawnSeed,
    response_timeout_ms: input.response_timeout_ms,
    max_attempts: input.max_attempts,
    max_faults: input.max_faults,
    health_timeout_ms: input.health_timeout_ms,
    completion_channel: input.completion_channel ?? null,
  };
}
