/**
 * Where the effects of a root's entries go: to its own actors at once, out of the root at the commit. When that is, `root.ts`
 * knows; what has to be done, the machines.
 */
import { isWithin } from '../address.ts';
import { isFinal, type LiveActors } from './live-actors.ts';
import { type Address, type Command, type Effect, wakesAt } from './machine.ts';
import type { Clock } from './ports.ts';
import type { RootEdges } from './root-edges.ts';
import type { Timers } from './timers.ts';
import type { TurnStep } from './turn.ts';

export interface EffectsOptions {
  readonly root: string;
  readonly live: LiveActors;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly edges: RootEdges;
  /** Delivers a message within the root. */
  readonly deliver: (address: Address, command: Command, causedBy: string | null) => void;
  /** Makes the first entry of a child. */
  readonly spawn: (address: Address, command: Command, causedBy: string) => void;
  readonly reply: RootEdges['reply'];
  /** The root is over: nothing of it has any effect. */
  readonly isHalted: () => boolean;
}

export interface Effects {
  /** Whether one of these concerns the root itself. */
  goOnInside(steps: readonly TurnStep[]): boolean;
  performInside(steps: readonly TurnStep[]): void;
  performAtCommit(steps: readonly TurnStep[]): void;
  perform(from: Address, causedBy: string, effect: Effect): void;
}

export function createEffects(options: EffectsOptions): Effects {
  const { root, live, timers, clock, edges, deliver } = options;

  function leavesAtCommit(effect: Effect): boolean {
    if (effect.type === 'notify') return false;
    return effect.type !== 'tell' || !isWithin(effect.to, root);
  }

  function performThose(steps: readonly TurnStep[], atCommit: boolean): void {
    for (const { entry, effects } of steps) {
      for (const effect of effects) {
        if (leavesAtCommit(effect) === atCommit) perform(entry.stream, entry.commandId, effect);
      }
    }
  }

  function perform(from: Address, causedBy: string, effect: Effect): void {
    if (options.isHalted()) return;
    switch (effect.type) {
      case 'tell':
        if (isWithin(effect.to, root)) deliver(effect.to, effect.command, causedBy);
        else edges.tellElsewhere(effect.to, effect.command, causedBy);
        return;
      case 'notify':
        notify(effect);
        return;
      case 'send':
        edges.send(effect.outbound, from);
        return;
      case 'wake':
        wake(from, effect);
        return;
      case 'reply':
        options.reply(effect.commandId, effect.reply);
        return;
      case 'spawn':
        // A child that a restored state still owes: it was planned, and waited for a free place.
        if (!live.get(effect.address)) options.spawn(effect.address, effect.command, causedBy);
        return;
      default:
        effect satisfies never;
    }
  }

  /** What has been told of a parent's children by its next turn is handed to it as one command. */
  function notify({ to, notice }: Extract<Effect, { type: 'notify' }>): void {
    const parent = live.get(to);
    if (!parent) return;
    parent.notices.push(notice);
    if (parent.notices.length === 1) live.post(parent, 'children_settled');
  }

  function wake(address: Address, effect: Extract<Effect, { type: 'wake' }>): void {
    const actor = live.get(address);
    // It may have ended between the entry and its commit.
    if (!actor || isFinal(actor)) return;
    timers.set(address, wakesAt(effect, clock.now()), () => deliver(address, effect.command, null));
  }

  return {
    goOnInside: (steps) => steps.some(({ effects }) => effects.some((effect) => !leavesAtCommit(effect))),
    performInside: (steps) => performThose(steps, false),
    performAtCommit: (steps) => performThose(steps, true),
    perform,
  };
}
