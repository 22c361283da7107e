/** What announcers tell: only what happened, with names, each in a voice of its own, and the same again for the same view. */
import { describe, expect, test } from 'vitest';
import { scriptedAnnouncers } from '../../src/agents/scripted/announcers.ts';
import { type Chronicle, chronicleOf } from '../../src/agents/scripted/chronicle.ts';
import type { ContestView, Feature, PlayerView, RoundView } from '../../src/protocol/contest.ts';
import { emptyView } from './requests.ts';
import { gameNamed, playGame } from './simulation.ts';

const flag: Feature = {
  id: 'the-red-flag',
  name: 'Red flag',
  description: 'Red.',
  position: '1,4',
  origin: 'required',
};
const base: Feature = {
  id: 'the-red-base',
  name: 'Red base',
  description: 'Stones.',
  position: '1,4',
  origin: 'required',
};
const player: PlayerView = {
  id: 'ann-the-first',
  name: 'Ann',
  position: '1,1',
  health: 'ready',
  score: 20,
  action: { action: 'wait', target: null, narration: null },
  result: { result: 'waits', reason: null, narration: 'Ann waits.' },
};

function told(
  before: { flag?: Partial<Feature>; player?: Partial<PlayerView> },
  after: { flag?: Partial<Feature>; player?: Partial<PlayerView> },
): Chronicle {
  const round = (round_no: number, state: typeof after): RoundView => ({
    round_no,
    state: 'describing_results',
    narrative: null,
    ending_narrative: null,
    features: [base, { ...flag, ...state.flag }],
    players: [{ ...player, ...state.player }],
  });
  const rounds = [round(0, before), round(1, after)];
  const view: ContestView = {
    ...emptyView,
    rounds,
    current_round: 1,
    participants: [{ id: player.id, name: 'Ann', role: 'player', description: '', out: false }],
  };
  return chronicleOf(view, rounds[1] as RoundView);
}

describe('the chronicle of a round', () => {
  test.each<[string, Parameters<typeof told>, object]>([
    ['a deed', [{}, {}], { kind: 'acted', name: 'Ann', narration: 'Ann waits.' }],
    [
      'a refusal',
      [{}, { player: { result: { result: 'refused: too far', reason: 'too far', narration: null } } }],
      { kind: 'refused', name: 'Ann', reason: 'too far' },
    ],
    [
      'silence',
      [{}, { player: { action: { action: 'none', target: null, narration: null } } }],
      { kind: 'silent', name: 'Ann' },
    ],
    ['points', [{}, { player: { score: 80 } }], { kind: 'scored', name: 'Ann', points: 60, total: 80 }],
    [
      'a thing taken',
      [{}, { flag: { position: 'player:ann-the-first' } }],
      { kind: 'taken', name: 'Ann', thing: 'Red flag' },
    ],
    [
      'a thing dropped',
      [{ flag: { position: 'player:ann-the-first' } }, { flag: { position: '3,3' } }],
      { kind: 'dropped', name: 'Ann', thing: 'Red flag', at: '3,3' },
    ],
    [
      'a thing back home',
      [{ flag: { position: 'player:ann-the-first' } }, {}],
      { kind: 'returned', thing: 'Red flag', at: '1,4' },
    ],
    [
      'a thing changed',
      [{}, { flag: { description: 'Torn.' } }],
      { kind: 'changed', thing: 'Red flag', description: 'Torn.' },
    ],
    ['harm', [{}, { player: { health: 'winded' } }], { kind: 'suffered', name: 'Ann', health: 'winded' }],
    ['recovery', [{ player: { health: 'winded' } }, {}], { kind: 'recovered', name: 'Ann', health: 'ready' }],
  ])('holds %s', (_name, [before, after], happening) => {
    expect(told(before, after).happenings).toContainEqual(happening);
  });

  test('holds nothing that did not happen', () => {
    expect(told({}, {}).happenings).toEqual([{ kind: 'acted', name: 'Ann', narration: 'Ann waits.' }]);
  });
});

test('a whole game is told without a gap in a sentence, and hardly a round like another', async () => {
  for (const name of ['capture-the-flag', 'wreckers-isle']) {
    const { narratives } = await playGame(gameNamed(name), 5);
    for (const narrative of narratives) expect(narrative).not.toMatch(/\{|\}|undefined|null|\s\s|\.\./);
    expect(new Set(narratives).size).toBe(narratives.length);
  }
});

test('an arena without a description leaves no gap in a sentence', async () => {
  const { description, ...arena } = gameNamed('capture-the-flag').arena;
  expect(description).not.toBe('');
  const { narratives } = await playGame({ ...gameNamed('capture-the-flag'), arena: { ...arena, description: '' } }, 5);
  expect(narratives[0]).toMatch(/This is .*\S Mind the/);
  expect(narratives[0]).not.toMatch(/\s\s/);
});

test('each voice tells the same round in other words', async () => {
  const game = gameNamed('capture-the-flag');
  const told = await Promise.all(
    Object.keys(scriptedAnnouncers).map((voice) =>
      playGame(
        {
          ...game,
          defaultParticipants: game.defaultParticipants.map((seat) =>
            seat.role === 'announcer' ? { ...seat, agent: { model: `script:${voice}` } } : seat,
          ),
        },
        5,
      ),
    ),
  );
  expect(new Set(told.map(({ narratives }) => narratives.join('\n'))).size).toBe(told.length);
  expect(new Set(told.map(({ winner }) => winner)).size).toBe(1);
});
