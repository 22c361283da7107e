/**
 * One root without nact, clock or database: its turns, its mail and its commits, one small step after another in an order that a
 * seed draws, in a simulated world that answers. What leaves at the commit waits for it, so that a crash loses what a real one loses.
 */
import { addressOf } from '../../src/actors/address.ts';
import type { Outbound, OutboundCall } from '../../src/actors/job/state.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import type { Entry } from '../../src/actors/runtime/journal.ts';
import {
  type ActorState,
  type Address,
  type ChildNotice,
  type Command,
  type Effect,
  type Scope,
  wakesAt,
} from '../../src/actors/runtime/machine.ts';
import { runTurn, type Turn } from '../../src/actors/runtime/turn.ts';
import type { Json } from '../../src/protocol/json.ts';
import { drawIndex } from '../../src/protocol/random.ts';
import { contestId, contestRoot } from './making.ts';
import { createSimulatedWorld, type OpenCall, type WorldOptions } from './simulated-world.ts';

export interface SimulationOptions extends WorldOptions {
  /** Draws the order of what happens; without one everything happens in the order it was asked for. */
  readonly seed?: number | undefined;
  /** A contest's when left out. */
  readonly root?: string;
  /** Goes on from where this one is, everything committed, as it would after a restart. */
  readonly from?: Simulation;
}

interface Mail {
  readonly to: Address;
  readonly from: string;
  readonly number: number;
  readonly causedBy: string | null;
  readonly what: { readonly command: Command } | { readonly notice: ChildNotice };
}

interface Append {
  readonly entries: readonly (Entry & { readonly state: unknown })[];
  readonly outside: readonly { readonly from: Address; readonly effect: Effect }[];
  readonly finals: readonly Address[];
}

export interface Simulation extends Scope {
  /** All entries, with the states that they led to; the last ones may not be committed yet. */
  readonly entries: readonly (Entry & { readonly state: unknown })[];
  readonly actors: ReadonlyMap<Address, ActorState>;
  readonly replies: ReadonlyMap<string, Json>;
  /** Requests that the world has not answered yet. */
  readonly calls: readonly OpenCall[];
  /** Runs a command on an actor now, as if it had come from outside; the first one of a root makes its actor. */
  command(address: Address, command: Command, commandId?: string): Turn;
  /** Does one thing that is possible. False when nothing is left to do. */
  step(): boolean;
  /** Delivers and commits until only the world and time are waited for. */
  settle(): void;
  /** Has an agent answer this request now. */
  answer(call: OutboundCall): void;
  /** Steps until nothing is left to do, or until told to stop. Throws after a hundred thousand steps. */
  run(isEnough?: () => boolean): void;
  /** Jobs that have a place at a host, and those that wait for one. */
  readonly places: { readonly held: number; readonly waiting: number };
  /** Forgets what was not committed, folds the journal and pays what is owed. Answers that are on their way may be lost. */
  crash(): void;
}

const stepsMax = 100_000;

export function simulate(options: SimulationOptions): Simulation {
  const { seed, from, root = contestRoot } = options;
  const actors = new Map<Address, ActorState>();
  const entries: (Entry & { readonly state: unknown })[] = [];
  const uncommitted: Append[] = [];
  const timers = new Map<Address, { at: number; command: Command }>();
  const replies = new Map<string, Json>();
  let mail: Mail[] = [];
  let now = 1_000_000;
  let number = 0;
  let draws = 0;

  const draw = (below: number): number => {
    draws += 1;
    return seed === undefined ? 0 : drawIndex(below, seed, draws);
  };
  const stateOf = (address: Address): unknown => actors.get(address)?.state;
  const initialActor = (address: Address): ActorState => {
    if (actors.has(address)) throw new Error(`${address} was spawned before`);
    const machine = machineOf(address);
    return { address, machine, state: machine.initialState(address), seq: 0 };
  };

  const world = createSimulatedWorld(options, {
    root,
    entries,
    draw,
    send: (to, from, command) => send(to, from, { command }),
  });

  function turn(actor: ActorState, command: Command, commandId: string, causedBy: string | null): Turn {
    const input = { root, position: entries.length, commandId, causedBy, at: now };
    const result = runTurn(actor, command, input, initialActor, stateOf);
    if ('refused' in result) return result;
    for (const step of result.steps) {
      actors.set(step.actor.address, step.actor);
      entries.push(step.entry);
    }
    const effects = result.steps.flatMap((step) => step.effects.map((effect) => ({ from: step.entry.stream, effect })));
    const isInside = ({ effect }: { effect: Effect }) => effect.type === 'notify' || effect.type === 'tell';
    if (result.steps.length > 0) {
      uncommitted.push({
        entries: result.steps.map((step) => step.entry),
        outside: effects.filter((one) => !isInside(one)),
        finals: result.steps
          .filter(({ actor: { machine, state } }) => machine.activity(state) === 'final')
          .map(({ actor: { address } }) => address),
      });
    }
    for (const { from, effect } of effects.filter(isInside)) perform(from, effect);
    return result;
  }

  function perform(from: Address, effect: Effect): void {
    switch (effect.type) {
      case 'tell':
        return send(effect.to, from, { command: effect.command });
      case 'notify':
        return send(effect.to, from, { notice: effect.notice });
      case 'send':
        return world.ask(from, effect.outbound as Outbound);
      case 'wake':
        timers.set(from, { at: wakesAt(effect, now), command: effect.command });
        return;
      case 'reply':
        replies.set(effect.commandId, effect.reply);
        return;
      case 'spawn':
        if (!actors.has(effect.address)) turn(initialActor(effect.address), effect.command, nextId(), null);
        return;
      default:
        effect satisfies never;
    }
  }

  function send(to: Address, from: string, what: Mail['what']): void {
    number += 1;
    mail.push({ to, from, number, causedBy: null, what });
  }

  function nextId(): string {
    number += 1;
    return `@${entries.length}.${number}`;
  }

  /** The first mail of each sender to each receiver: what may be delivered next. */
  function heads(): Mail[] {
    const first = new Map<string, Mail>();
    for (const one of mail) if (!first.has(`${one.from}>${one.to}`)) first.set(`${one.from}>${one.to}`, one);
    return [...first.values()];
  }

  function deliver(head: Mail): void {
    const together =
      'notice' in head.what
        ? heads().filter((one) => one.to === head.to && 'notice' in one.what && (one === head || draw(2) === 0))
        : [head];
    mail = mail.filter((one) => !together.includes(one));
    const actor = actors.get(head.to);
    if (!actor) return;
    const notices = together.flatMap(({ what }) => ('notice' in what ? [what.notice] : []));
    const command: Command =
      'command' in head.what ? head.what.command : ({ type: 'children_settled', children: notices } as Command);
    turn(actor, command, nextId(), head.causedBy);
  }

  function commit(): void {
    const append = uncommitted.shift();
    if (!append) return;
    for (const address of append.finals) if (machineOf(address).forgetsBelow) forgetBelow(address);
    for (const { from, effect } of append.outside) perform(from, effect);
  }

  function forgetBelow(address: Address): void {
    for (const below of [...actors.keys()]) {
      if (!below.startsWith(`${address}/`)) continue;
      actors.delete(below);
      timers.delete(below);
    }
  }

  function fireNext(): boolean {
    const [next] = [...timers].filter(([address]) => actors.has(address)).sort(([, a], [, b]) => a.at - b.at);
    if (!next) return false;
    const [address, { at, command }] = next;
    timers.delete(address);
    now = Math.max(now, at);
    send(address, `timer of ${address}`, { command });
    return true;
  }

  function step(): boolean {
    const possible: (() => void)[] = [
      ...heads().map((head) => () => deliver(head)),
      ...(uncommitted.length > 0 ? [commit] : []),
      ...world.possible(),
    ];
    now += 1;
    const chosen = possible[draw(possible.length)];
    if (!chosen) return fireNext();
    chosen();
    return true;
  }

  /** What all states owe, the parents' first. */
  function payDebts(): void {
    const byDepth = [...actors.values()].sort((a, b) => a.address.split('/').length - b.address.split('/').length);
    const scope: Scope = { root, position: entries.length, stateOf };
    for (const { address, machine, state } of byDepth)
      for (const effect of machine.owed(state, scope)) perform(address, effect);
  }

  if (from) {
    entries.push(...from.entries);
    for (const actor of from.actors.values()) actors.set(actor.address, actor);
    payDebts();
  }

  return {
    root,
    entries,
    actors,
    replies,
    get calls() {
      return world.calls();
    },
    get places() {
      return world.places();
    },
    get position() {
      return entries.length;
    },
    stateOf,
    command: (address, command, commandId = nextId()) =>
      turn(actors.get(address) ?? initialActor(address), command, commandId, null),
    step,
    settle() {
      // The oldest mail of all is the first of its sender to its receiver, too.
      for (let [head] = mail; head || uncommitted.length > 0; [head] = mail) {
        if (head) deliver(head);
        else commit();
      }
    },
    answer: world.answer,
    run(isEnough = () => false) {
      for (let steps = 0; !isEnough(); steps += 1) {
        if (!step()) return;
        if (steps > stepsMax) throw new Error(`${root} does not come to rest`);
      }
    },
    crash() {
      entries.splice(entries.length - uncommitted.flatMap((append) => append.entries).length);
      uncommitted.length = 0;
      timers.clear();
      mail = mail.filter(({ from }) => from.startsWith('world') && draw(2) === 0);
      world.crash();
      actors.clear();
      for (const actor of foldRoot(root, machineOf, entries).actors.values()) actors.set(actor.address, actor);
      for (const { address, machine, state } of [...actors.values()])
        if (machine.forgetsBelow && machine.activity(state) === 'final') forgetBelow(address);
      payDebts();
    },
  };
}

/** A contest that was made, ready to be started. */
export const theContest = addressOf.contest(contestId);
