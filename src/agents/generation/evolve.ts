/** How a generation's state follows from its events. */
import type { GenerationUsage } from '../../protocol/generate-jobs.ts';
import { type ExistingGeneration, type GenerationEvent, type GenerationState, isFinalGeneration } from './state.ts';

export function evolveGeneration(state: GenerationState, event: GenerationEvent, at: number): GenerationState {
  if (event.type === 'generation_created') return created(state.id, event, at);
  if (state.state === 'none') throw new Error(`generation ${state.id}: ${event.type} before it was created`);
  switch (event.type) {
    case 'asked':
      return {
        ...state,
        state: 'request',
        try: event.try,
        repair: event.problem === null ? state.repair : { text: state.generated ?? '', problem: event.problem },
      };
    case 'answered':
      return {
        ...state,
        generated: event.text,
        usage: together(state.usage, event.usage),
        latency_ms: event.latency_ms,
        time_to_first_token_ms: event.time_to_first_token_ms,
      };
    case 'faulted':
      return { ...state, faults: [...state.faults, event.fault] };
    case 'retry_planned':
      return { ...state, state: 'retry', due_at: event.due_at, lost: state.lost + 1 };
    case 'completed':
      return ended(state, 'complete', '', at);
    case 'failed':
      return ended(state, 'fail', event.message, at);
    case 'cancelled':
      return ended(state, 'cancelled', event.message, at);
    case 'removed':
      return isFinalGeneration(state) ? { ...state, removed_at: at } : state;
    default:
      return event satisfies never;
  }
}

function created(
  id: string,
  { spec }: Extract<GenerationEvent, { type: 'generation_created' }>,
  at: number,
): GenerationState {
  return {
    state: 'request',
    id,
    spec,
    created_at: at,
    expires_at: at + spec.ttl_ms,
    try: 0,
    lost: 0,
    repair: null,
    generated: null,
    usage: null,
    latency_ms: null,
    time_to_first_token_ms: null,
    faults: [],
  };
}

function ended(
  state: ExistingGeneration,
  outcome: 'complete' | 'fail' | 'cancelled',
  message: string,
  at: number,
): GenerationState {
  return { ...state, state: outcome, message, ended_at: at };
}

function together(before: GenerationUsage | null, added: GenerationUsage): GenerationUsage {
  if (before === null) return added;
  const cost = before.cost_usd === null || added.cost_usd === null ? null : before.cost_usd + added.cost_usd;
  return {
    model: added.model,
    input_tokens: before.input_tokens + added.input_tokens,
    output_tokens: before.output_tokens + added.output_tokens,
    cost_usd: cost,
  };
}
