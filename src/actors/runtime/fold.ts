/** The fold of a root: entries in order of position become the states of its machines. Pure; used for recovery, reads and replays. */
import type { DomainEvent } from '../../protocol/entries.ts';
import type { Entry, RootSnapshot } from './journal.ts';
import type { ActorState, Address, Machine, Scope } from './machine.ts';

export type MachineOf = (address: Address) => Machine;

/** A root as of its entry number `position`. */
export interface FoldedRoot extends Scope {
  readonly actors: ReadonlyMap<Address, ActorState>;
}

/** Names the shapes of all states, so that a snapshot of another shape is not used. */
export function shapeOf(machines: readonly Machine[]): string {
  return machines.map((machine) => `${machine.kind}:${machine.shape}`).join(' ');
}

/**
 * Folds entries, on top of a snapshot if there is one; `passed` is told of the state that each entry led to. Throws, naming the entry, when
 * they are not contiguous or a machine throws.
 */
export function foldRoot(
  root: string,
  machineOf: MachineOf,
  entries: readonly Entry[],
  snapshot?: RootSnapshot | null,
  passed?: (entry: Entry, state: unknown) => void,
): FoldedRoot {
  const actors = new Map<Address, ActorState>();
  let position = snapshot?.position ?? 0;
  for (const { stream, seq, state } of snapshot?.streams ?? []) {
    actors.set(stream, { address: stream, machine: machineOf(stream), state, seq });
  }
  for (const entry of entries) {
    if (entry.position !== position + 1) {
      throw new Error(`${root}: entry ${position + 1} is missing, ${entry.position} follows`);
    }
    const before = actors.get(entry.stream);
    if (entry.seq !== (before?.seq ?? 0) + 1) {
      throw new Error(
        `${root}: entry ${entry.position} is number ${entry.seq} of ${entry.stream}, which has ${before?.seq ?? 0}`,
      );
    }
    const machine = before?.machine ?? machineOf(entry.stream);
    const state = foldEvents(machine, before ? before.state : machine.initialState(entry.stream), entry);
    actors.set(entry.stream, { address: entry.stream, machine, state, seq: entry.seq });
    position = entry.position;
    passed?.(entry, state);
  }
  return { root, position, actors, stateOf: (address) => actors.get(address)?.state };
}

/** The state that each entry led to, in order, beginning with `states`, which it keeps up to date. Lazily. */
export function* statesAlong(
  machineOf: MachineOf,
  entries: readonly Entry[],
  states: Map<Address, unknown> = new Map(),
): Generator<unknown> {
  for (const entry of entries) {
    const machine = machineOf(entry.stream);
    const before = states.has(entry.stream) ? states.get(entry.stream) : machine.initialState(entry.stream);
    const state = foldEvents(machine, before, entry);
    states.set(entry.stream, state);
    yield state;
  }
}

function foldEvents(machine: Machine, before: unknown, entry: Entry): unknown {
  try {
    let state = before;
    for (const event of entry.events) state = machine.evolve(state, upcast(machine, event), entry.at);
    return state;
  } catch (cause) {
    throw new Error(`${entry.root}: entry ${entry.position} (${entry.stream}) cannot be folded`, { cause });
  }
}

/** An event in today's shape. */
export function upcast(machine: Machine, event: DomainEvent): DomainEvent {
  return machine.upcast ? machine.upcast(event) : event;
}
