/**
 * One turn of a machine, without side effects: decide, evolve, and the same for the children that it spawns. The
 * result is everything that an append needs and everything that must be done; nothing is kept until the root takes it.
 */
import type { DomainEvent } from '../../protocol/entries.ts';
import type { Refusal } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import type { Entry } from './journal.ts';
import type { Accepted, ActorState, Address, Command, Context, Effect } from './machine.ts';

export interface TurnInput {
  readonly root: string;
  readonly position: number;
  readonly commandId: string;
  readonly causedBy: string | null;
  readonly at: number;
}

export interface TurnStep {
  readonly actor: ActorState;
  readonly entry: Entry & { readonly state: unknown };
  /** Effects of this step, without the children that it spawns: those are steps of their own. */
  readonly effects: readonly Effect[];
}

export type Turn =
  | { readonly refused: Refusal }
  | { readonly steps: readonly TurnStep[]; readonly reply: Json | 'later' | undefined };

/**
 * Runs a command on an actor. Throws when a machine throws: then nothing of the turn exists. `initialActor` gives the actor of a
 * child that is spawned, in its initial state.
 */
export function runTurn(
  actor: ActorState,
  command: Command,
  input: TurnInput,
  initialActor: (address: Address) => ActorState,
  stateOf: (address: Address) => unknown,
): Turn {
  const staged = new Map<Address, unknown>();
  const steps: TurnStep[] = [];
  // A plain position, which each step sets: with a getter every scope had a shape of its own, and took four times as long to make and read.
  const scope = {
    root: input.root,
    position: input.position,
    stateOf: (address: Address) => (staged.has(address) ? staged.get(address) : stateOf(address)),
  };

  function step(current: ActorState, what: Command, isSpawned: boolean): Accepted<DomainEvent> | { refused: Refusal } {
    const context: Context = { address: current.address, commandId: input.commandId, at: input.at, scope };
    const decision = current.machine.decide(current.state, what, context);
    if ('refused' in decision) return decision;
    if (decision.events.length === 0) return decision;

    let state = current.state;
    const effects: Effect[] = [];
    const spawns: { address: Address; command: Command }[] = [];
    for (const event of decision.events) {
      state = current.machine.evolve(state, event, input.at);
      for (const effect of current.machine.effects(state, event, decision.derived)) {
        if (effect.type === 'spawn') spawns.push(effect);
        else effects.push(effect);
      }
    }
    scope.position += 1;
    const { position } = scope;
    const after: ActorState = { ...current, state, seq: current.seq + 1 };
    staged.set(current.address, state);
    steps.push({
      actor: after,
      effects,
      entry: {
        root: input.root,
        position,
        stream: current.address,
        seq: after.seq,
        kind: current.machine.kind,
        events: decision.events,
        commandId: isSpawned ? `${input.commandId}/${position}` : input.commandId,
        causedBy: isSpawned ? input.commandId : input.causedBy,
        at: input.at,
        state,
      },
    });
    for (const spawn of spawns) {
      if (staged.has(spawn.address)) throw new Error(`${spawn.address} is spawned twice in one turn`);
      const child = step(initialActor(spawn.address), spawn.command, true);
      if ('refused' in child) {
        throw new Error(`${spawn.address} refused to be spawned: ${child.refused.message}`);
      }
    }
    return decision;
  }

  const decision = step(actor, command, false);
  if ('refused' in decision) return decision;
  return { steps, reply: decision.reply };
}
