/** Situations to referee: who stands where in round so-and-so, what somebody does, and what comes of it. */
import type { Game, GameArena } from '../../src/agents/games/game.ts';
import { situationOf } from '../../src/agents/games/situation.ts';
import type { ContestView, PlayerView } from '../../src/protocol/contest.ts';

export interface Setup {
  seed?: number;
  roundNo?: number;
  players: Partial<PlayerView>[];
  /** Where features are instead of where the arena has them, by name. */
  at?: Record<string, string>;
  described?: Record<string, string>;
  out?: string[];
}

export const ids = ['ann-the-first', 'bob-the-second', 'cid-the-third', 'dot-the-fourth'];
export const [ann, bob] = ids as [string, string];

export function viewOf(
  arena: GameArena,
  { seed = 1, roundNo = 0, players, at = {}, described = {}, out = [] }: Setup,
): ContestView {
  const features = arena.features.map(({ name, description, position }, index) => ({
    id: `feature-number-${index}`,
    name,
    description: described[name] ?? description,
    position: at[name] ?? position,
    origin: 'required' as const,
  }));
  const names = ['Ann', 'Bob', 'Cid', 'Dot'];
  return {
    id: 'a-test-contest',
    state: 'in_round',
    arena: { ...arena, id: 'a-test-arena', features },
    participants: players.map((_player, index) => ({
      id: ids[index] ?? '',
      name: names[index] ?? '',
      role: 'player',
      description: '',
      out: out.includes(ids[index] ?? ''),
    })),
    rounds: [
      {
        round_no: roundNo,
        state: 'judging_actions',
        narrative: null,
        ending_narrative: null,
        features,
        players: players.map((player, index) => ({
          id: ids[index] ?? '',
          name: names[index] ?? '',
          position: '1,1',
          health: 'healthy',
          inventory: [],
          score: 0,
          memories: '',
          action: null,
          result: null,
          ...player,
        })),
      },
    ],
    current_round: roundNo,
    max_rounds: 20,
    winning_score: 100,
    seed,
    you: { id: 'the-test-judge', name: 'Judge', role: 'judge', seed },
  };
}

export function does(action: string, target: string | null = null): Pick<PlayerView, 'action'> {
  return { action: { action, target, narration: null } };
}

export function rule(
  game: Pick<Game, 'judge'>,
  arena: GameArena,
  setup: Setup,
  action: string,
  target: string | null = null,
) {
  const situation = situationOf(viewOf(arena, setup));
  const seat = situation.seats[0];
  if (!seat) throw new Error('nobody plays');
  return game.judge(situation, seat, { action, target });
}

/** The first seed for which something happens: chance is drawn from the seed, so this is the same one each time. */
export function seedFor(happens: (seed: number) => boolean): number {
  for (let seed = 1; seed < 500; seed += 1) if (happens(seed)) return seed;
  throw new Error('it never happens');
}
