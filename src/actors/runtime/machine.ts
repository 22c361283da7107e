/**
 * What a machine is: five pure functions over a state, and the effects that they may ask for. One wrapper (`root.ts` with
 * `nact.ts`) turns any machine into a persistent nact actor; nothing here knows of nact, a clock or a database.
 */
import type { DomainEvent } from '../../protocol/entries.ts';
import type { Refusal } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';

/** Where an actor lives, for example `contest/<id>/round/3`. Its first two segments are its root. */
export type Address = string;

export interface Command {
  readonly type: string;
}

/**
 * The states of all machines of a root after its entry number `position`, to read. The root's entries are one order, so
 * what a machine sees here follows from the journal alone.
 */
export interface Scope {
  readonly root: string;
  readonly position: number;
  stateOf(address: Address): unknown;
}

/** What a command is decided with besides the state: time and ids come in as data. */
export interface Context {
  readonly address: Address;
  readonly commandId: string;
  readonly at: number;
  readonly scope: Scope;
}

export interface Accepted<E> {
  /** Empty for a repeat, or when there is nothing to do: no entry is made. */
  readonly events: readonly E[];
  /** What the caller is told, at the commit. `'later'`: an effect `reply` of a later entry tells it. */
  readonly reply?: Json | 'later';
  /** Something large that follows from the scope, needed by `effects` and not worth keeping: a fold gives it again. */
  readonly derived?: unknown;
}

export type Decision<E> = Accepted<E> | { readonly refused: Refusal };

/**
 * What a child tells its parent when it has settled. Several are handed over as one `children_settled` command. What the result is,
 * the child's machine says, beside which the reading of it stands.
 */
export interface ChildNotice<Result = unknown> {
  readonly child: string;
  readonly outcome: 'complete' | 'fail' | 'cancelled';
  readonly result: Result;
}

export interface ChildrenSettled extends Command {
  readonly type: 'children_settled';
  readonly children: readonly ChildNotice[];
}

/**
 * What must be done when an event has happened. Effects on actors of the same root leave at once; all others leave at the
 * commit of the entry.
 */
export type Effect<Outbound = unknown> =
  /** A child in the same append: its first command is decided with the parent's. */
  | { readonly type: 'spawn'; readonly address: Address; readonly command: Command }
  | { readonly type: 'tell'; readonly to: Address; readonly command: Command }
  | { readonly type: 'notify'; readonly to: Address; readonly notice: ChildNotice }
  /** Asks the world: an agent, a URL, a subject. The answer comes back as a command to this actor. */
  | { readonly type: 'send'; readonly outbound: Outbound }
  /** One timer per actor, the newest counts: at a time, or so long after the moment it is set; with both, at what comes first. */
  | { readonly type: 'wake'; readonly command: Command; readonly at?: number; readonly afterMs?: number }
  | { readonly type: 'reply'; readonly commandId: string; readonly reply: Json };

/** `active`: it owes work and must be brought back at a start. `resting`: it waits for a command from outside. `final`: nothing changes it. */
export type Activity = 'active' | 'resting' | 'final';

export interface Machine<S = unknown, C extends Command = Command, E extends DomainEvent = DomainEvent, O = unknown> {
  readonly kind: string;
  /** Number of the state's shape: raised when it changes, so that older snapshots are thrown away. */
  readonly shape: number;
  initialState(address: Address): S;
  /** Total: every command in every state has a defined answer. */
  decide(state: S, command: C, context: Context): Decision<E>;
  /** Total, and the only thing that runs on recovery. `at` is the time of the entry. */
  evolve(state: S, event: E, at: number): S;
  /** `state` is the one after the event. */
  effects(state: S, event: E, derived: unknown): readonly Effect<O>[];
  /** What the state still owes after a restart. */
  owed(state: S, scope: Scope): readonly Effect<O>[];
  activity(state: S): Activity;
  /** Once it is final, the states below it are not read any more: those that are final leave memory. */
  readonly forgetsBelow?: true;
  /** Brings an event of an older version to today's shape. */
  upcast?(event: DomainEvent): E;
}

/** An actor between two turns: its machine, its state, and how many entries it has. */
export interface ActorState {
  readonly address: Address;
  readonly machine: Machine;
  readonly state: unknown;
  readonly seq: number;
}

export function refuse(code: Refusal['code'], message: string): { refused: Refusal } {
  return { refused: { code, message } };
}

export function accept<E>(events: readonly E[], more: Omit<Accepted<E>, 'events'> = {}): Accepted<E> {
  return { events, ...more };
}

/** When a timer that is set now fires. */
export function wakesAt({ at, afterMs }: Extract<Effect, { type: 'wake' }>, now: number): number {
  return Math.min(at ?? Number.POSITIVE_INFINITY, now + (afterMs ?? Number.POSITIVE_INFINITY));
}
