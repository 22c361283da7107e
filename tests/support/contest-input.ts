/** A small contest with two players and everybody that it needs, as the body of a launch; each test changes what it is about. */

export const smallArena = {
  name: 'The yard',
  description: 'A yard of stone.',
  width: 5,
  height: 4,
  rules: 'Walk one step a round.',
  winning_condition: 'Whoever has walked most.',
  max_random_features: 1,
  features: [{ name: 'Well', description: 'Deep.', position: '3,3' }],
};

export const smallParticipants = [
  { name: 'Ada', role: 'player' },
  { name: 'Bix', role: 'player' },
  { name: 'Jo', role: 'judge' },
  { name: 'Al', role: 'announcer' },
  { name: 'Io', role: 'arena' },
];

export function smallContest(change: object = {}): object {
  return {
    arena: smallArena,
    participants: smallParticipants,
    max_rounds: 2,
    winning_score: 1_000,
    seed: 7,
    response_timeout_ms: 20_000,
    health_timeout_ms: 20_000,
    start: true,
    ...change,
  };
}
