/** The generation machine: one question to a language model until it is answered, in a root of its own, `generation/<id>`. */
import type { Address, Effect, Machine } from '../../actors/runtime/machine.ts';
import { decideGeneration } from './decide.ts';
import { evolveGeneration } from './evolve.ts';
import {
  type ExistingGeneration,
  type FinalGeneration,
  type GenerationCommand,
  type GenerationEvent,
  type GenerationOutbound,
  type GenerationState,
  isFinalGeneration,
} from './state.ts';

type GenerationEffect = Effect<GenerationOutbound>;

/** The kind of its entries, and the model in its address. */
export const generationKind = 'generation';

export function generationAddress(id: string): Address {
  return `${generationKind}/${id}`;
}

export const generationMachine: Machine<GenerationState, GenerationCommand, GenerationEvent, GenerationOutbound> = {
  kind: generationKind,
  shape: 1,
  initialState: (address) => ({ state: 'none', id: address.slice(generationKind.length + 1) }),
  decide: decideGeneration,
  evolve: evolveGeneration,
  effects: (state, event) => (state.state === 'none' ? [] : effectsOf(state, event)),
  owed: (state) => (state.state === 'none' ? [] : owedBy(state)),
  activity: (state) => (state.state === 'none' || isFinalGeneration(state) ? 'final' : 'active'),
};

function effectsOf(state: ExistingGeneration, event: GenerationEvent): readonly GenerationEffect[] {
  switch (event.type) {
    case 'asked':
      return call(state, false);
    case 'retry_planned':
      return wakeAt(state, 'retry', event.due_at);
    case 'completed':
    case 'failed':
    case 'cancelled':
      return isFinalGeneration(state) ? end(state) : [];
    case 'generation_created':
    case 'answered':
    case 'faulted':
    case 'removed':
      return [];
    default:
      return event satisfies never;
  }
}

/** A call without a recorded answer is made again: whether it was made at all, nobody knows. */
function owedBy(state: ExistingGeneration): readonly GenerationEffect[] {
  if (state.state === 'request') return call(state, true);
  return state.state === 'retry' ? wakeAt(state, 'retry', state.due_at) : [];
}

/** The time to live counts from the creation, and for a call that is made again anew: nobody is blamed for the time that the host was away. */
function call(state: ExistingGeneration, again: boolean): readonly GenerationEffect[] {
  const { id, spec, repair } = state;
  const outbound: GenerationOutbound = {
    kind: 'model_call',
    generation_id: id,
    try: state.try,
    spec,
    repair,
    again,
  };
  const expired: GenerationCommand = { type: 'wake', reason: 'expired', try: state.try };
  return [
    { type: 'send', outbound },
    { type: 'wake', command: expired, ...(again ? { afterMs: spec.ttl_ms } : { at: state.expires_at }) },
  ];
}

function wakeAt(state: ExistingGeneration, reason: 'retry', at: number): readonly GenerationEffect[] {
  const command: GenerationCommand = { type: 'wake', reason, try: state.try };
  return [{ type: 'wake', command, at }];
}

function end(generation: FinalGeneration): readonly GenerationEffect[] {
  return [
    { type: 'send', outbound: { kind: 'model_withdrawal', generation_id: generation.id } },
    { type: 'send', outbound: { kind: 'generation_ended', generation } },
  ];
}
