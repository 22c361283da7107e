/**
 * Given, when, then for a machine: what has happened, a command, and what comes of it in words that fit into a table. A
 * transition is told as `from → to`, every other event by its type, a refusal by its code, a repeat as `nothing`.
 */
import type { Address, Command, Context, Effect, Machine, Scope } from '../../src/actors/runtime/machine.ts';
import type { DomainEvent } from '../../src/protocol/entries.ts';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type { Json } from '../../src/protocol/json.ts';

export interface Verdict<S, E> {
  /** What happened in words, events joined by `, `. */
  readonly told: string;
  readonly events: readonly E[];
  readonly state: S;
  readonly effects: readonly Effect[];
  readonly reply: Json | 'later' | undefined;
  readonly refusal: { readonly code: ErrorCode; readonly message: string } | null;
}

export interface Specification<S, C, E> {
  /** The state after these events, the first from nothing. */
  given(...events: readonly E[]): S;
  when(state: S, command: C, circumstances?: Circumstances): Verdict<S, E>;
}

export interface Circumstances {
  readonly at?: number;
  readonly commandId?: string;
  readonly scope?: Scope;
}

export const theMoment = 5_000;

export function specify<S, C extends Command, E extends DomainEvent, O>(
  machine: Machine<S, C, E, O>,
  address: Address,
  scope: Scope,
): Specification<S, C, E> {
  return {
    given: (...events) =>
      events.reduce((state, event) => machine.evolve(state, event, theMoment), machine.initialState(address)),
    when(state, command, circumstances = {}) {
      const context: Context = {
        address,
        commandId: circumstances.commandId ?? 'a-command-of-somebody',
        at: circumstances.at ?? theMoment,
        scope: circumstances.scope ?? scope,
      };
      const decision = machine.decide(state, command, context);
      if ('refused' in decision) {
        const { refused } = decision;
        return { told: refused.code, events: [], state, effects: [], reply: undefined, refusal: refused };
      }
      let after = state;
      const effects: Effect[] = [];
      for (const event of decision.events) {
        after = machine.evolve(after, event, context.at);
        effects.push(...machine.effects(after, event, decision.derived));
      }
      const { events, reply } = decision;
      return { told: events.map(inWords).join(', ') || 'nothing', events, state: after, effects, reply, refusal: null };
    },
  };
}

/** Effects in words: what is told to whom, what is spawned, sent, reported. */
export function effectsInWords(effects: readonly Effect[]): string[] {
  return effects.map((effect) => {
    switch (effect.type) {
      case 'spawn':
        return `spawn ${kindAt(effect.address)}`;
      case 'tell':
        return `tell ${kindAt(effect.to)} ${effect.command.type}`;
      case 'notify':
        return `report ${effect.notice.outcome}`;
      case 'send':
        return sendInWords(effect.outbound as { readonly kind?: string });
      case 'wake':
        return `wake ${'reason' in effect.command ? String(effect.command.reason) : effect.command.type}`;
      case 'reply':
        return `reply to ${effect.commandId}`;
      default:
        return effect satisfies never;
    }
  });
}

function sendInWords({ kind }: { readonly kind?: string }): string {
  if (kind === 'turn') return 'ask for a turn';
  return kind === 'withdrawal' ? 'withdraw' : 'send';
}

function kindAt(address: Address): string {
  return address.split('/').slice(2).join('/') || address;
}

function inWords(event: DomainEvent): string {
  return 'from' in event && 'to' in event ? `${String(event.from)} → ${String(event.to)}` : event.type;
}
