/** A contest that is being made: what the form holds, and what it becomes when it is sent. Pure. */
import type { CatalogueItem, ContestInput, InputProblem, Role } from '../../client/client.ts';
import type { BundledGame } from './bundled-games.ts';

export interface FeatureDraft {
  readonly key: number;
  readonly name: string;
  readonly description: string;
  /** `x,y`. */
  readonly position: string;
  readonly endPosition: string | null;
}

export interface ArenaDraft {
  /** The arena of the catalogue that this is, as long as nothing in it was changed. */
  readonly id: string | null;
  readonly name: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly rules: string;
  readonly winningCondition: string;
  readonly randomFeatures: number;
  readonly features: readonly FeatureDraft[];
}

/** Somebody who is not in the catalogue yet, and will be. */
export interface NewcomerDraft {
  readonly key: string;
  readonly name: string;
  readonly role: Role;
  readonly description: string;
  /** What answers for it: an agent that the arena runs, or an address. */
  readonly by: 'agent' | 'endpoint';
  readonly agent: string;
  readonly endpoint: string;
}

export interface LimitsDraft {
  readonly max_rounds: number;
  readonly winning_score: number;
  readonly response_timeout_ms: number;
  readonly max_attempts: number;
  readonly max_faults: number;
  readonly seed: number | null;
  readonly auto_advance: boolean;
}

export interface Draft {
  readonly arena: ArenaDraft;
  /** Ids of the catalogue, in the order in which they were chosen. */
  readonly chosen: readonly string[];
  readonly newcomers: readonly NewcomerDraft[];
  /** Where players begin, by id or key; the others are placed by the arena. */
  readonly places: Readonly<Record<string, string>>;
  readonly limits: LimitsDraft;
}

export const usualLimits: LimitsDraft = {
  max_rounds: 20,
  winning_score: 100,
  response_timeout_ms: 60_000,
  max_attempts: 3,
  max_faults: 3,
  seed: null,
  auto_advance: true,
};

export const blankArena: ArenaDraft = {
  id: null,
  name: '',
  description: '',
  width: 8,
  height: 8,
  rules: '',
  winningCondition: '',
  randomFeatures: 0,
  features: [],
};

export function arenaOfCatalogue(arena: CatalogueItem<'arena'>): ArenaDraft {
  return {
    id: arena.id,
    name: arena.name,
    description: arena.description,
    width: arena.width,
    height: arena.height,
    rules: arena.rules,
    winningCondition: arena.winning_condition,
    randomFeatures: arena.max_random_features,
    features: arena.features.map(({ name, description, position }, key) => ({
      key,
      name,
      description,
      position,
      endPosition: null,
    })),
  };
}

/** A bundled game with the players that come with it. */
export function draftOfGame({ arena, defaultParticipants, settings }: BundledGame): Draft {
  const newcomers = defaultParticipants.map(
    ({ name, role, description, agent }, index): NewcomerDraft => ({
      key: `new-${index}`,
      name,
      role,
      description,
      by: 'agent',
      agent: agent.model,
      endpoint: '',
    }),
  );
  const players = newcomers.filter(({ role }) => role === 'player');
  const places = players.flatMap(({ key }, index) => {
    const position = settings.player_positions[index];
    return position === undefined ? [] : [[key, position] as const];
  });
  return {
    arena: {
      id: null,
      name: arena.name,
      description: arena.description ?? '',
      width: arena.width,
      height: arena.height,
      rules: arena.rules,
      winningCondition: arena.winning_condition,
      randomFeatures: arena.max_random_features ?? 0,
      features: (arena.features ?? []).map((feature, key) => ({
        key,
        name: feature.name,
        description: feature.description ?? '',
        position: feature.position,
        endPosition: feature.end_position ?? null,
      })),
    },
    chosen: [],
    newcomers,
    places: Object.fromEntries(places),
    limits: { ...usualLimits, max_rounds: settings.max_rounds, winning_score: settings.winning_score },
  };
}

/** The same draft with the arena and the people of the catalogue in the place of those that are alike. */
export function withKnown(
  draft: Draft,
  arenas: readonly CatalogueItem<'arena'>[],
  participants: readonly CatalogueItem<'participant'>[],
): Draft {
  const { arena, newcomers } = draft;
  const isArena = (kept: CatalogueItem<'arena'>) => kept.name === arena.name && kept.rules === arena.rules;
  const known = newcomers.map((newcomer) => ({
    newcomer,
    kept: participants.find(
      ({ name, role, description }) =>
        name === newcomer.name && role === newcomer.role && description === newcomer.description,
    ),
  }));
  const idOfKey = new Map(known.map(({ newcomer, kept }) => [newcomer.key, kept?.id ?? newcomer.key]));
  return {
    ...draft,
    arena: { ...arena, id: arena.id ?? arenas.find(isArena)?.id ?? null },
    chosen: [...draft.chosen, ...known.flatMap(({ kept }) => kept?.id ?? [])],
    newcomers: known.flatMap(({ newcomer, kept }) => (kept ? [] : [newcomer])),
    places: Object.fromEntries(Object.entries(draft.places).map(([key, place]) => [idOfKey.get(key) ?? key, place])),
  };
}

/** People in the order in which they are sent. Places are given in the order of the players: those who have one come first. */
export function sentOrder({ chosen, newcomers, places }: Draft) {
  const placedFirst = <Item>(items: readonly Item[], keyOf: (item: Item) => string) =>
    items.toSorted((one, other) => Number(keyOf(other) in places) - Number(keyOf(one) in places));
  return { ids: placedFirst(chosen, (id) => id), newcomers: placedFirst(newcomers, ({ key }) => key) };
}

/** The players, by id or key, whose places are sent, in their order. */
export function placedPlayers(draft: Draft, roleOf: (id: string) => Role | null): string[] {
  const { ids, newcomers } = sentOrder(draft);
  const players = [
    ...ids.filter((id) => roleOf(id) === 'player'),
    ...newcomers.filter(({ role }) => role === 'player').map(({ key }) => key),
  ];
  const firstUnplaced = players.findIndex((key) => !(key in draft.places));
  return firstUnplaced === -1 ? players : players.slice(0, firstUnplaced);
}

/** What is wrong with something that is in the catalogue no longer is said without a path: the id in the words tells which it is. */
export function problemsOfMissing({ arena, chosen }: Draft, message: string): InputProblem[] {
  const paths = new Map([
    ...(arena.id === null ? [] : [[arena.id, 'arena_id'] as const]),
    ...chosen.map((id) => [id, `participant_ids.${id}`] as const),
  ]);
  return [...paths].flatMap(([id, path]) => (message.includes(id) ? [{ path, message }] : []));
}

export function contestInput(draft: Draft, roleOf: (id: string) => Role | null): ContestInput {
  const { arena, limits, places } = draft;
  const { seed, ...others } = limits;
  const { ids, newcomers } = sentOrder(draft);
  const placed = placedPlayers(draft, roleOf);
  return {
    ...(arena.id === null ? { arena: arenaInput(arena) } : { arena_id: arena.id }),
    ...(ids.length > 0 && { participant_ids: ids }),
    ...(newcomers.length > 0 && { participants: newcomers.map(newcomerInput) }),
    ...(placed.length > 0 && { player_positions: placed.map((key) => places[key] ?? '') }),
    ...others,
    ...(seed !== null && { seed }),
    start: true,
  };
}

function arenaInput(arena: ArenaDraft): NonNullable<ContestInput['arena']> {
  return {
    name: arena.name,
    description: arena.description,
    width: arena.width,
    height: arena.height,
    rules: arena.rules,
    winning_condition: arena.winningCondition,
    max_random_features: arena.randomFeatures,
    features: arena.features.map(({ name, description, position, endPosition }) => ({
      name,
      description,
      position,
      ...(endPosition !== null && { end_position: endPosition }),
    })),
  };
}

function newcomerInput({ name, role, description, by, agent, endpoint }: NewcomerDraft) {
  return { name, role, description, ...(by === 'agent' ? { agent: { model: agent } } : { endpoint }) };
}
