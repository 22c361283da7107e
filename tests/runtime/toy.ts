/**
 * A toy machine that does everything a machine can ask of the runtime, one command for each: it counts, owes work, plans
 * children, passes on, answers later, sets timers, and throws where it is told to.
 */

import {
  type Accepted,
  type Address,
  accept,
  type ChildrenSettled,
  type Command,
  type Decision,
  type Effect,
  type Machine,
  refuse,
} from '../../src/actors/runtime/machine.ts';
import type { DomainEvent } from '../../src/protocol/entries.ts';
import type { Json } from '../../src/protocol/json.ts';

export interface ToyState {
  readonly address: Address;
  readonly phase: 'none' | 'resting' | 'active' | 'final';
  readonly total: number;
  /** What was asked of the world and not answered yet. */
  readonly asked: string | null;
  readonly wakeAt: number | null;
  readonly children: Readonly<Record<string, string>>;
  /** How many children each notice has told of. */
  readonly notices: readonly number[];
  readonly waiter: string | null;
}

export type ToyCommand =
  | { readonly type: 'create'; readonly phase?: 'resting' | 'active' | 'final'; readonly refused?: boolean }
  | { readonly type: 'add'; readonly by: number }
  | { readonly type: 'total' }
  | { readonly type: 'refuse' }
  /** Throws in one of the machine's functions. */
  | { readonly type: 'break'; readonly part: 'decide' | 'evolve' | 'effects' | 'spawn' }
  /** Asks the world something, and is active until it is answered. */
  | { readonly type: 'work'; readonly question: string }
  | { readonly type: 'answer'; readonly question: string }
  | { readonly type: 'plan'; readonly children: readonly string[]; readonly phase?: 'active' | 'final' }
  | { readonly type: 'pass_on'; readonly to: readonly Address[]; readonly command: Command }
  | { readonly type: 'wake_me'; readonly at?: number; readonly afterMs?: number }
  | { readonly type: 'woken' }
  /** Answered by the next `add`. */
  | { readonly type: 'next_total' }
  | { readonly type: 'finish' }
  | ChildrenSettled;

export type ToyEvent = DomainEvent & { readonly command: ToyCommand; readonly commandId: string };

export const toyRootOf = (address: Address): string => address.split('/').slice(0, 2).join('/');
export const toyParentOf = (address: Address): Address | null =>
  toyRootOf(address) === address ? null : address.slice(0, address.lastIndexOf('/'));
const nameOf = (address: Address): string => address.slice(address.lastIndexOf('/') + 1);

function createToyMachine(shape = 1): Machine<ToyState, ToyCommand, ToyEvent, string> {
  return {
    kind: 'toy',
    shape,
    initialState: (address) => ({
      address,
      phase: 'none',
      total: 0,
      asked: null,
      wakeAt: null,
      children: {},
      notices: [],
      waiter: null,
    }),
    decide,
    evolve,
    effects: (state, event) => effectsOf(state, event),
    owed,
    activity: (state) => (state.phase === 'none' ? 'final' : state.phase),
  };
}

/** The machine as the runtime knows it. */
export function toyMachine(shape = 1): Machine {
  return createToyMachine(shape) as unknown as Machine;
}

function decide(state: ToyState, command: ToyCommand, context: { commandId: string }): Decision<ToyEvent> {
  const happens = (more: Omit<Accepted<ToyEvent>, 'events'> = {}): Accepted<ToyEvent> =>
    accept([{ type: command.type, command, commandId: context.commandId }], more);
  if (state.phase === 'none') {
    if (command.type !== 'create') return refuse('not_found', 'there is no such toy');
    return command.refused ? refuse('invalid', 'it was told to refuse its creation') : happens({ reply: 'created' });
  }
  switch (command.type) {
    case 'create':
      return accept([]);
    case 'total':
      return accept([], { reply: state.total });
    case 'refuse':
      return refuse('conflict', 'it was told to refuse');
    case 'add':
      return happens({ reply: state.total + command.by });
    case 'break':
      if (command.part === 'decide') throw new Error('told to throw in decide');
      return happens();
    case 'answer':
      return state.asked === command.question ? happens() : accept([]);
    case 'next_total':
      return happens({ reply: 'later' });
    case 'children_settled': {
      const open = command.children.filter(({ child }) => state.children[child] === 'open');
      if (open.length === 0) return accept([]);
      const settled: ToyCommand = { type: 'children_settled', children: open };
      return accept([{ type: command.type, command: settled, commandId: context.commandId }]);
    }
    default:
      return happens({ reply: null });
  }
}

function evolve(state: ToyState, { command, commandId }: ToyEvent, at: number): ToyState {
  switch (command.type) {
    case 'create':
      return { ...state, phase: command.phase ?? 'resting' };
    case 'add':
      return { ...state, total: state.total + command.by };
    case 'break':
      if (command.part === 'evolve') throw new Error('told to throw in evolve');
      return state;
    case 'work':
      return { ...state, phase: 'active', asked: command.question };
    case 'answer':
      return { ...state, phase: 'resting', asked: null, total: state.total + 1 };
    case 'plan':
      return {
        ...state,
        phase: command.phase === 'final' ? state.phase : 'active',
        children: { ...state.children, ...Object.fromEntries(command.children.map((child) => [child, 'open'])) },
      };
    case 'wake_me':
      return { ...state, phase: 'active', wakeAt: command.at ?? at + (command.afterMs ?? 0) };
    case 'woken':
      return { ...state, phase: 'resting', wakeAt: null, total: state.total + 1 };
    case 'next_total':
      return { ...state, waiter: commandId };
    case 'finish':
      return { ...state, phase: 'final' };
    case 'children_settled': {
      const settled = Object.fromEntries(command.children.map(({ child, outcome }) => [child, outcome]));
      const children = { ...state.children, ...settled };
      const isDone = !Object.values(children).includes('open');
      return {
        ...state,
        children,
        phase: isDone && state.phase === 'active' ? 'resting' : state.phase,
        notices: [...state.notices, command.children.length],
      };
    }
    default:
      return state;
  }
}

function effectsOf(state: ToyState, { command }: ToyEvent): readonly Effect<string>[] {
  switch (command.type) {
    case 'create':
      return state.phase === 'final' ? report(state) : [];
    case 'work':
      return [{ type: 'send', outbound: command.question }];
    case 'plan':
      return command.children.map((child) => spawn(state, child, command.phase ?? 'active'));
    case 'pass_on':
      return command.to.map((to) => ({ type: 'tell', to, command: command.command }));
    case 'wake_me':
      return wake(state);
    case 'finish':
      return report(state);
    case 'add':
      return state.waiter === null ? [] : [{ type: 'reply', commandId: state.waiter, reply: state.total }];
    case 'break': {
      if (command.part === 'effects') throw new Error('told to throw in effects');
      const refusal: ToyCommand = { type: 'create', refused: true };
      return command.part === 'spawn' ? [{ type: 'spawn', address: `${state.address}/refused`, command: refusal }] : [];
    }
    default:
      return [];
  }
}

function spawn(state: ToyState, child: string, phase: 'active' | 'final'): Effect<string> {
  return { type: 'spawn', address: `${state.address}/${child}`, command: { type: 'create', phase } as ToyCommand };
}

function wake(state: ToyState): readonly Effect<string>[] {
  const command: ToyCommand = { type: 'woken' };
  return state.wakeAt === null ? [] : [{ type: 'wake', command, at: state.wakeAt }];
}

function report(state: ToyState): readonly Effect<string>[] {
  const to = toyParentOf(state.address);
  const result: Json = state.total;
  return to ? [{ type: 'notify', to, notice: { child: nameOf(state.address), outcome: 'complete', result } }] : [];
}

function owed(state: ToyState): readonly Effect<string>[] {
  if (state.phase === 'final') return report(state);
  return [...(state.asked === null ? [] : [{ type: 'send', outbound: state.asked } as const]), ...wake(state)];
}
