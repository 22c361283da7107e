/**
 * A search over what a small contest can become: from every state found, everything that anybody can say is said to every
 * actor. It shows that no command in any state is undefined, and that what is said twice, or owed and known, changes nothing.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { admissionProblems } from '../../src/actors/contest/admission.ts';
import type { ContestPlan } from '../../src/actors/contest/state.ts';
import { trialProblem } from '../../src/actors/contest/trial.ts';
import { eventProblems } from '../../src/actors/event-problems.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import type { ActorState, Address, Command } from '../../src/actors/runtime/machine.ts';
import { runTurn, type Turn } from '../../src/actors/runtime/turn.ts';
import { toldMachines } from '../../src/protocol/notices.ts';
import { contestStates, jobStates, participantStates, roundStates, setupStates } from '../../src/protocol/states.ts';
import { transitions } from '../../src/protocol/transitions.ts';
import { atOnce } from '../support/at-once.ts';
import { ada, announcer, judge, planOf } from './making.ts';
import { everythingSayable, internalTypes, movesFrom } from './sayable.ts';
import { simulatedAgents } from './simulated-agents.ts';
import { type Simulation, simulate, theContest } from './simulated-root.ts';

const agents = simulatedAgents();
const small = (autoAdvance: boolean): ContestPlan =>
  planOf({
    seats: [ada, judge, announcer],
    settings: { auto_advance: autoAdvance, max_rounds: 2, max_attempts: 2, max_faults: 1 },
  });
const statesMax = 5_000;

interface Found {
  readonly nodes: readonly Simulation[];
  /** Machines with the states that they were met in, between two messages or in the middle of an entry. */
  readonly names: ReadonlySet<string>;
}

describe.each([
  ['goes by itself', small(true)],
  ['is stepped', small(false)],
])('in every state that a contest which %s can reach', (_name, plan) => {
  let found: Found = { nodes: [], names: new Set() };
  beforeAll(() => {
    found = search(plan);
  });

  test('the search comes to its end, having met every state of every machine', () => {
    const unseen = [
      ...contestStates.map((state) => `contest ${state}`),
      ...setupStates.map((state) => `setup ${state}`),
      ...roundStates.map((state) => `round ${state}`),
      ...participantStates.map((state) => `participant ${state}`),
      ...jobStates.map((state) => `job ${state}`),
    ].filter((name) => !found.names.has(name));
    expect(unseen).toEqual([]);
    expect(found.nodes.length).toBeLessThan(statesMax);
  });

  test('one state follows another as the table of transitions says', () => {
    const tabled = toldMachines.flatMap((machine) =>
      Object.entries(transitions[machine]).flatMap(([from, following]) =>
        following.map((to) => `${machine} ${from} → ${to}`),
      ),
    );
    const met = [...found.names].filter((name) => /^(contest|setup|round) (?!none).* → /.test(name));
    expect(met.filter((name) => !tabled.includes(name))).toEqual([]);
    expect(tabled.filter((name) => !met.includes(name) && !unmet.has(name))).toEqual([]);
  });

  test('every command has a defined answer, an internal message repeated changes nothing, nor anything what is final', () => {
    const surprises: object[] = [];
    for (const node of found.nodes) {
      for (const { address, command } of everythingSayable(node)) {
        const actor = node.actors.get(address);
        const turn = actor && tried(node, actor, command);
        if (!turn || 'refused' in turn || turn.steps.length === 0) continue;
        const again = internalTypes.has(command.type) ? repeated(node, turn, address, command) : 'nothing';
        if (again !== 'nothing') surprises.push({ address, command, again });
        if (actor.machine.activity(actor.state) !== 'final') continue;
        const unexpected = eventTypes(turn).filter((type) => !allowedWhenFinal.has(type));
        if (unexpected.length > 0) surprises.push({ address, command, unexpected });
      }
    }
    expect(surprises).toEqual([]);
  });

  test('every event has the shape that those from elsewhere must have', () => {
    const made = new Set(found.nodes.flatMap(({ entries }) => entries));
    expect([...made].flatMap(eventProblems)).toEqual([]);
  });

  test('it can be taken in elsewhere', () => {
    // All of them would be half a minute; none of them is refused.
    const some = found.nodes.filter((_node, index) => index % 40 === 0);
    const refused = some.flatMap(({ root, entries }) => {
      const [misplaced] = atOnce(admissionProblems(entries));
      return (
        misplaced?.message ?? atOnce(trialProblem(foldRoot(root, machineOf, entries), entries.at(-1)?.at ?? 0)) ?? []
      );
    });
    expect(refused).toEqual([]);
  });

  test('a restart owes nothing that makes a new entry', () => {
    for (const node of found.nodes) {
      const restarted = simulate({ agents, from: node });
      restarted.settle();
      expect(restarted.entries.slice(node.entries.length).map(({ stream, events }) => ({ stream, events }))).toEqual(
        [],
      );
    }
  });
});

/** Without an arena agent or a past of its own, where nothing changes, and since a failed turn is a turn when its player is at fault. */
const unmet: ReadonlySet<string> = new Set([
  'contest role_call → check_end',
  // Only when it is stepped.
  'contest starting → cancelled',
  'setup generating_features → setup_fail',
  'setup setup_fail → generating_features',
  'round idle → idle',
  'round awaiting_actions → round_fail',
  'round round_fail → awaiting_actions',
]);

/** A late answer is recorded once, and a contest that has ended can be taken out of the lists. */
const allowedWhenFinal: ReadonlySet<string> = new Set(['late_answer', 'removed']);

/** Breadth first; two roots count as the same state when what distinguishes them is only time, ids, or long over. */
function search(plan: ContestPlan): Found {
  const first = simulate({ agents });
  first.command(theContest, { type: 'create', origin: null, ...plan } as Command);
  first.settle();
  const seen = new Set([shapeOf(first)]);
  const nodes = [first];
  const names = new Set<string>(namesIn(first, 0));
  for (const node of nodes) {
    for (const move of movesFrom(node)) {
      const next = simulate({ agents, from: node });
      next.settle();
      move(next);
      next.settle();
      for (const name of namesIn(next, node.entries.length)) names.add(name);
      const shape = shapeOf(next);
      if (seen.has(shape) || nodes.length >= statesMax) continue;
      seen.add(shape);
      nodes.push(next);
    }
  }
  return { nodes, names };
}

function stateName(state: unknown): string {
  return (state as { state: string }).state;
}

/** The states that the machines had after each event since an entry, and how they came from one to the next. */
function* namesIn(node: Simulation, since: number): Generator<string> {
  const states = new Map<Address, unknown>();
  const fresh = new Set(node.entries.slice(since).map(({ stream }) => stream));
  for (const { stream, events, at } of node.entries) {
    if (!fresh.has(stream)) continue;
    const machine = machineOf(stream);
    for (const event of events) {
      const before = states.get(stream) ?? machine.initialState(stream);
      const state = machine.evolve(before, event, at);
      states.set(stream, state);
      yield `${machine.kind} ${stateName(state)}`;
      if (stateName(before) !== stateName(state)) yield `${machine.kind} ${stateName(before)} → ${stateName(state)}`;
    }
  }
}

/** What of a root's states decides how it goes on: seats count by how many are in which state, what is over not at all. */
function shapeOf(node: Simulation): string {
  const { round_no: roundNo } = node.stateOf(node.root) as { round_no?: number | null };
  const isOver = ({ address, machine, state }: ActorState): boolean => {
    if (machine.kind === 'job') return machine.activity(state) === 'final';
    if (machine.kind === 'setup') return roundNo !== null;
    return machine.kind === 'round' && address !== `${node.root}/round/${roundNo}`;
  };
  return [...node.actors.values()]
    .filter((actor) => !isOver(actor))
    .map(shapeOfActor)
    .sort()
    .join('\n');
}

const telling = [
  'state',
  'paused',
  'halted',
  'cancelled_by',
  'failed_in',
  'child',
  'round_no',
  'settled',
  'stopped',
  'cancelling',
  'play',
  'restarting',
  'ending',
  'attempt',
  'asked_again',
  'same_attempt',
  'failures',
];

function shapeOfActor({ machine, state }: ActorState): string {
  const fields = state as Record<string, unknown>;
  const told = telling.filter((key) => key in fields).map((key) => `${key}=${JSON.stringify(fields[key])}`);
  const task = (fields.spec as { task?: Record<string, unknown> } | undefined)?.task;
  const gaveUp = (fields.seats as { failed?: boolean }[] | undefined)?.some(({ failed }) => failed) ?? false;
  const isRetried = machine.kind !== 'participant' && Number(fields.retries ?? 0) > 0;
  return [machine.kind, task?.type, task?.prompt_type, gaveUp, isRetried, ...told].join(' ');
}

function eventTypes(turn: Exclude<Turn, { refused: unknown }>): string[] {
  return turn.steps.flatMap(({ entry }) => entry.events.map(({ type }) => type));
}

function tried(
  node: Simulation,
  actor: ActorState,
  command: Command,
  stateOf = node.stateOf,
  position = node.position,
): Turn {
  const input = { root: node.root, position, commandId: `@tried.${position}`, causedBy: null, at: 2_000_000 };
  const initialActor = (address: Address): ActorState => {
    if (stateOf(address) !== undefined) throw new Error(`${address} was spawned before`);
    const machine = machineOf(address);
    return { address, machine, state: machine.initialState(address), seq: 0 };
  };
  const turn: Turn | undefined = runTurn(actor, command, input, initialActor, stateOf);
  if (turn === undefined) throw new Error(`${actor.address} gives no answer to ${command.type}`);
  return turn;
}

/** What becomes of a command in the state that it led to. */
function repeated(
  node: Simulation,
  turn: Exclude<Turn, { refused: unknown }>,
  address: Address,
  command: Command,
): string {
  const states = new Map(turn.steps.map((step) => [step.actor.address, step.actor]));
  const actor = states.get(address);
  if (!actor) return 'nothing';
  const stateOf = (one: Address): unknown => states.get(one)?.state ?? node.stateOf(one);
  const again = tried(node, actor, command, stateOf, node.position + turn.steps.length);
  if ('refused' in again) return 'nothing';
  return eventTypes(again).join(', ') || 'nothing';
}
