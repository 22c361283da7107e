/**
 * A contest that goes on in memory alone: its machines and what they tell each other, with a world that answers at once and time that
 * passes when it is waited for. Throws what a machine throws, and when one makes an event that is not of its shape. Pure.
 */
import { problemsInWords } from '../../protocol/input-problems.ts';
import { eventProblems } from '../event-problems.ts';
import type { JobCommand, Outbound, OutboundCall } from '../job/state.ts';
import { machineOf } from '../machines.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import type { ActorState, Address, ChildrenSettled, Command, Effect } from '../runtime/machine.ts';
import type { Steps } from '../runtime/steps.ts';
import { runTurn } from '../runtime/turn.ts';

/** What the job of a call is told; null for nothing. */
export type World = (call: OutboundCall) => JobCommand | null;

export interface Rehearsal {
  readonly now: FoldedRoot;
  /** Tells the contest something. */
  say(command: Command): void;
  /** Goes on until nothing is left to do, for so many turns at most. False when there is something left. */
  run(turnsMax: number): Steps<boolean>;
}

/** Begins with what the states owe. */
export function rehearse(folded: FoldedRoot, at: number, world: World): Rehearsal {
  const { root } = folded;
  const actors = new Map<Address, ActorState>(folded.actors);
  const mail: { readonly to: Address; readonly command: Command }[] = [];
  const stateOf = (address: Address): unknown => actors.get(address)?.state;
  let { position } = folded;
  let now = at;

  function turn(actor: ActorState, command: Command): void {
    const input = { root, position, commandId: `@rehearsed.${position}`, causedBy: null, at: now };
    const result = runTurn(actor, command, input, initialActor, stateOf);
    if ('refused' in result) return;
    for (const { actor: after, entry } of result.steps) {
      const problems = eventProblems(entry);
      if (problems.length > 0) throw new Error(`${after.address} goes on with ${problemsInWords(problems)}`);
      actors.set(after.address, after);
      position = entry.position;
    }
    for (const { entry, effects } of result.steps) for (const effect of effects) perform(entry.stream, effect);
  }

  function initialActor(address: Address): ActorState {
    if (actors.has(address)) throw new Error(`${address} was spawned before`);
    const machine = machineOf(address);
    return { address, machine, state: machine.initialState(address), seq: 0 };
  }

  function perform(from: Address, effect: Effect): void {
    switch (effect.type) {
      case 'tell':
        mail.push(effect);
        return;
      case 'notify': {
        const command: ChildrenSettled = { type: 'children_settled', children: [effect.notice] };
        mail.push({ to: effect.to, command });
        return;
      }
      case 'send': {
        const command = toldOf(effect.outbound as Outbound);
        if (command) mail.push({ to: from, command });
        return;
      }
      case 'wake':
        wake(from, effect);
        return;
      case 'spawn':
        if (!actors.has(effect.address)) turn(initialActor(effect.address), effect.command);
        return;
      case 'reply':
        return;
      default:
        effect satisfies never;
    }
  }

  function toldOf(outbound: Outbound): JobCommand | null {
    if (outbound.kind === 'turn') return { type: 'wake', reason: 'turn', attempt: outbound.attempt };
    return outbound.kind === 'call' ? world(outbound) : null;
  }

  /** Jobs alone are woken. The world answers before any time is over. */
  function wake(to: Address, { command, at: due }: Extract<Effect, { type: 'wake' }>): void {
    const { reason } = command as Extract<JobCommand, { type: 'wake' }>;
    if (reason === 'deadline' || reason === 'expired') return;
    now = Math.max(now, due ?? now);
    mail.push({ to, command });
  }

  const rehearsal: Rehearsal = {
    get now() {
      return { root, position, actors, stateOf };
    },
    say: (command) => void mail.push({ to: root, command }),
    *run(turnsMax) {
      for (let turns = 0; turns < turnsMax; turns += 1) {
        const next = mail.shift();
        if (!next) return true;
        const actor = actors.get(next.to);
        if (actor) turn(actor, next.command);
        yield;
      }
      return mail.length === 0;
    },
  };
  for (const { address, machine, state } of folded.actors.values())
    for (const effect of machine.owed(state, rehearsal.now)) perform(address, effect);
  return rehearsal;
}
