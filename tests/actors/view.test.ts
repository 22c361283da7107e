/** What a seat is shown: nothing that is not for it, found by planting marks everywhere, and the same again from the journal. */
import { beforeAll, describe, expect, test } from 'vitest';
import { contestView, renderPrompt } from '../../src/actors/contest/view.ts';
import type { PromptTask } from '../../src/actors/job/state.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import type { Scope } from '../../src/actors/runtime/machine.ts';
import type { ContestView } from '../../src/protocol/contest.ts';
import type { Json } from '../../src/protocol/json.ts';
import { limits } from '../../src/protocol/limits.ts';
import { ada, announcer, bob, judge, maker, planOf, seat } from './making.ts';
import { answerOf, complete, type SimulatedAgents, simulatedAgents } from './simulated-agents.ts';
import { type Simulation, simulate, theContest } from './simulated-root.ts';

const seed = 918273645;
const players = [ada, bob].map((player) =>
  seat(player.id, 'player', {
    endpoint: `https://mark-endpoint-${player.name}.example`,
    inventory: [`mark-start-of-${player.name}`],
  }),
);
const plan = planOf({
  seats: [...players, seat(judge.id, 'judge', { endpoint: 'https://mark-endpoint-jo.example' }), announcer, maker],
  settings: { seed, max_rounds: 2, winning_score: 1_000_000 },
});

/** Agents that leave a mark in everything that they say. */
const marking: SimulatedAgents = (call, data) => {
  const { task } = call;
  const usual = simulatedAgents()(call, data);
  if (task.type !== 'prompt') return usual;
  const say = (answer: Json) => answerOf(call, complete(call, answer));
  const name = task.participant_id.split('-')[0];
  switch (task.prompt_type) {
    case 'player_player_action':
      return say({ action: `mark-action-of-${name}`, memories: `mark-memories-of-${name}` });
    case 'judge_player_action_judgement':
      return say({ result: `mark-result-for-${task.about}`, memories: `mark-notes-on-${task.about}` });
    case 'judge_apply_effects':
      return say({
        players: players.map(({ id, name: of }, index) => ({
          id,
          score: 777_000 + index,
          inventory: [`mark-inventory-of-${of}`],
        })),
        features: [],
      });
    default:
      return usual;
  }
};

const prompts = {
  player: 'player_player_action',
  judge: 'judge_apply_effects',
  announcer: 'announcer_describe_results',
  arena: 'arena_generate_features',
} as const;

function shownTo(scope: Scope, id: string): string {
  const { role } = plan.seats.find((one) => one.id === id) ?? ada;
  const task: PromptTask = {
    type: 'prompt',
    prompt_type: prompts[role],
    participant_id: id,
    endpoint: '',
    round_no: 0,
    about: null,
  };
  return renderPrompt(scope, task).data.toString();
}

describe('in a contest whose every secret is marked', () => {
  let played: Simulation;
  beforeAll(() => {
    played = simulate({ agents: marking });
    played.command(theContest, { type: 'create', origin: null, ...plan } as never);
    played.command(theContest, { type: 'start' });
    played.run();
  });

  const ofAda = ['mark-start-of-ada', 'mark-inventory-of-ada', 'mark-memories-of-ada', '777000'];
  const ofBob = ['mark-start-of-bob', 'mark-inventory-of-bob', 'mark-memories-of-bob', '777001'];
  const notes = [`mark-notes-on-${ada.id}`, `mark-notes-on-${bob.id}`];
  const memories = ['mark-memories-of-ada', 'mark-memories-of-bob'];
  const standings = [...ofAda, ...ofBob].filter((mark) => !memories.includes(mark) && !mark.includes('start'));
  const common = ['mark-action-of-ada', 'mark-action-of-bob', `mark-result-for-${ada.id}`, `mark-result-for-${bob.id}`];
  const nobody = ['mark-endpoint', 'endpoint', 'api_key', 'completion_channel', 'faults'];

  test.each<[string, string, string[], string[]]>([
    ['a player', ada.id, [...ofAda.slice(1), ...common], [...ofBob, ...notes, String(seed)]],
    ['the other player', bob.id, [...ofBob.slice(1), ...common], [...ofAda, ...notes, String(seed)]],
    ['the judge', judge.id, [...standings, ...memories, ...notes, ...common, String(seed)], []],
    ['the announcer', announcer.id, [...standings, ...common], [...memories, ...notes, String(seed)]],
    ['the arena agent', maker.id, [...standings, ...common], [...memories, ...notes, String(seed)]],
  ])('%s is shown what is for it, and nothing else at any time', (_name, id, shown, hidden) => {
    const atTheEnd = shownTo(played, id);
    for (const mark of shown) expect({ mark, isShown: atTheEnd.includes(mark) }).toEqual({ mark, isShown: true });
    for (let position = 1; position <= played.position; position += 1) {
      const text = shownTo(foldRoot(played.root, machineOf, played.entries.slice(0, position)), id);
      const leaked = [...hidden, ...nobody].filter((mark) => text.includes(mark));
      expect({ position, leaked }).toEqual({ position, leaked: [] });
    }
  });

  test('every prompt that was sent is on record with its position and the hash of what that position gives again', () => {
    let prompted = 0;
    for (const { stream, events } of played.entries) {
      for (const event of events as readonly { type: string; view?: { position: number; hash: string } | null }[]) {
        if (event.type !== 'requested' || !event.view) continue;
        const { task } = taskAt(played, stream);
        const again = renderPrompt(
          foldRoot(played.root, machineOf, played.entries.slice(0, event.view.position)),
          task,
        );
        expect({ stream, hash: again.hash }).toEqual({ stream, hash: event.view.hash });
        prompted += 1;
      }
    }
    expect(prompted).toBe(1 + 2 * (2 + 2 + 1 + 1));
  });

  test('a judgement is about one player: its action and the player are given apart', () => {
    const task: PromptTask = {
      type: 'prompt',
      prompt_type: 'judge_player_action_judgement',
      participant_id: judge.id,
      endpoint: '',
      round_no: 1,
      about: bob.id,
    };
    expect(JSON.parse(renderPrompt(played, task).data.toString())).toMatchObject({
      action: { action: 'mark-action-of-bob' },
      player: { id: bob.id },
    });
  });
});

test('the features are told once: by the arena while round 0 is played, by the rounds afterwards', () => {
  const told: [number | null, number, number][] = [];
  const usual = simulatedAgents();
  const watching: SimulatedAgents = (call, data) => {
    if (call.task.type === 'prompt' && call.task.prompt_type === 'judge_apply_effects') {
      const { contest } = data as unknown as { contest: ContestView };
      told.push([
        contest.current_round,
        contest.arena.features.length,
        contest.rounds.find((one) => one.round_no === contest.current_round)?.features.length ?? 0,
      ]);
    }
    return usual(call, data);
  };
  const simulation = simulate({ agents: watching });
  simulation.command(theContest, { type: 'create', origin: null, ...plan } as never);
  simulation.command(theContest, { type: 'start' });
  simulation.run();
  expect(told).toEqual([
    [0, 1, 1],
    [1, 0, 1],
  ]);
});

describe('a view that would be too large', () => {
  const long = 'x'.repeat(limits.text - 100);
  const wordy: SimulatedAgents = (call, data) => {
    const usual = simulatedAgents()(call, data);
    const isTold = call.task.type === 'prompt' && call.task.prompt_type === 'announcer_describe_results';
    return isTold ? answerOf(call, complete(call, long)) : usual;
  };

  test('keeps the current round and the newest before it that fit into the limit', () => {
    const played = simulate({ agents: wordy });
    const { arena, seats, settings } = planOf({ settings: { max_rounds: 20, winning_score: 1_000 } });
    played.command(theContest, { type: 'create', origin: null, arena, seats, settings } as never);
    played.command(theContest, { type: 'start' });
    played.run();
    for (const { id, role } of seats) {
      const shown = contestView(played, seat(id, role));
      const size = Buffer.byteLength(JSON.stringify(shown));
      const numbers = shown.rounds.map(({ round_no: roundNo }) => roundNo);
      expect(size).toBeLessThanOrEqual(limits.viewBytes + 100);
      expect(size).toBeGreaterThan(limits.viewBytes - 3 * limits.text);
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 20 - numbers.length + index));
    }
  });

  test('keeps the current round even when that alone is larger', () => {
    const description = 'y'.repeat(limits.viewBytes);
    const { arena, seats, settings } = planOf({ arena: { description } });
    const played = simulate({ agents: simulatedAgents() });
    played.command(theContest, { type: 'create', origin: null, arena, seats, settings } as never);
    played.command(theContest, { type: 'start' });
    played.run();
    expect(contestView(played, ada).rounds.map(({ round_no: roundNo }) => roundNo)).toEqual([2]);
  });
});

test('while the scene is set, the arena agent and the announcer see the features so far and the players placed', () => {
  const seen: ContestView[] = [];
  const usual = simulatedAgents();
  const watching: SimulatedAgents = (call, data) => {
    if (call.task.type === 'prompt' && /arena$|features$/.test(call.task.prompt_type))
      seen.push((data as unknown as { contest: ContestView }).contest);
    return usual(call, data);
  };
  const simulation = simulate({ agents: watching });
  const { arena, seats, settings } = planOf({
    seats: [ada, bob, judge, announcer, maker],
    arena: { max_random_features: 2 },
  });
  simulation.command(theContest, { type: 'create', origin: null, arena, seats, settings } as never);
  simulation.command(theContest, { type: 'start' });
  simulation.run();
  expect(seen.map((view) => view.arena.features.map(({ name }) => name))).toEqual([['well'], ['well', 'mist', 'mist']]);
  expect(seen[1]?.rounds).toMatchObject([
    {
      round_no: 0,
      state: 'idle',
      players: [
        { id: ada.id, position: '1,1' },
        { id: bob.id, position: '5,5' },
      ],
    },
  ]);
});

function taskAt(simulation: Simulation, stream: string): { task: PromptTask } {
  const folded = foldRoot(simulation.root, machineOf, simulation.entries);
  const { spec } = folded.stateOf(stream) as { spec: { task: PromptTask } };
  return { task: spec.task };
}
