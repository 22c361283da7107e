/**
 * What is played: contests of 5 rounds with 2 players, a judge and an announcer, no random features, and the fixed answer to each
 * kind of request. The arena and the references play the same.
 */
import type { AskType } from '../../src/protocol/states.ts';

export const roundsPerContest = 5;

/** The steps of a round: what is asked at once, before the next step can begin. */
export const steps = [
  ['player_player_action', 'player_player_action'],
  ['judge_player_action_judgement', 'judge_player_action_judgement'],
  ['judge_apply_effects'],
  ['announcer_describe_results'],
] as const satisfies readonly (readonly AskType[])[];

export const callsPerRound = steps.flat().length;

export type Role = 'player' | 'judge' | 'announcer';

export const seats: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'Ada', role: 'player' },
  { name: 'Ben', role: 'player' },
  { name: 'Cleo', role: 'judge' },
  { name: 'Dora', role: 'announcer' },
];

export const arenaInput = {
  name: 'Meadow',
  description: 'A wide meadow with a stream, a hill and two old towers that face each other.',
  width: 12,
  height: 12,
  rules: 'Each round a player may walk up to three cells, pick up what lies there, or put down what it carries.',
  winning_condition: 'The first player with 100 points wins.',
  features: [
    { name: 'Stream', description: 'Cold and knee deep.', position: '6,1', end_position: '6,4' },
    { name: 'Hill', description: 'From here one sees the whole meadow.', position: '3,9' },
    { name: 'West tower', description: 'Home of the first player.', position: '1,6' },
    { name: 'East tower', description: 'Home of the second player.', position: '12,6' },
  ],
} as const;

/** The answer to each kind of request; `players` are the ids of the two players. */
export function answersFor(players: readonly string[]): Readonly<Record<AskType, string>> {
  const answer = (data: unknown) => JSON.stringify({ state: 'complete', data });
  const [first = '', second = ''] = players;
  return {
    health: answer({ name: 'bench', state: 'OK', version: '1' }),
    player_player_action: answer({
      action: 'walk to the hill and look around',
      target: '3,9',
      narration: 'With long strides through the wet grass, never out of sight of the tower.',
      memories: 'The stream is to the east; the other player keeps close to its tower.',
    }),
    judge_player_action_judgement: answer({
      result: 'The player walks three cells towards the hill.',
      reason: 'Three cells are allowed in one round and nothing is in the way.',
      narration: 'The grass bends and springs back.',
    }),
    judge_apply_effects: answer({
      players: [
        { id: first, position: '3,8', health: 'well', score: 1 },
        { id: second, position: '10,6', health: 'well', score: 2 },
      ],
      features: [],
      winner_id: null,
    }),
    announcer_describe_arena: answer('Morning mist lies over the meadow. Two towers, one stream, and nobody in sight.'),
    announcer_describe_results: answer(
      'Both have left their towers. One climbs the hill, the other waits by the stream; neither has seen the other yet.',
    ),
    arena_generate_features: answer([]),
  };
}

/** The kind of a request by its subject, `actor.agent.<participant>.request.<kind>.<job>`. */
export function askTypeOf(subject: string): AskType {
  return subject.split('.').at(-2) as AskType;
}
