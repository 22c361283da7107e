/** How a generation decides: what an answer is worth, and what may be tried again. Pure and total. */
import { accept, type Context, type Decision, refuse } from '../../actors/runtime/machine.ts';
import { readAnswer } from '../../protocol/answers.ts';
import { backoffAfter } from '../../protocol/backoff.ts';
import type { GeneratedType, GenerationFault } from '../../protocol/generate-jobs.ts';
import { limits } from '../../protocol/limits.ts';
import { drawFraction } from '../../protocol/random.ts';
import type { FaultKind } from '../../protocol/states.ts';
import {
  type ExistingGeneration,
  type GenerationCommand,
  type GenerationEvent,
  type GenerationState,
  isFinalGeneration,
} from './state.ts';

type CommandOf<Type extends GenerationCommand['type']> = Extract<GenerationCommand, { type: Type }>;
type GenerationDecision = Decision<GenerationEvent>;

const nothing = accept<GenerationEvent>([]);

export function decideGeneration(
  state: GenerationState,
  command: GenerationCommand,
  context: Context,
): GenerationDecision {
  if (state.state === 'none') {
    return command.type === 'create'
      ? create(command, context)
      : refuse('not_found', `there is no generation ${state.id}`);
  }
  switch (command.type) {
    case 'create':
      return nothing;
    case 'answered':
      return answered(state, command, context);
    case 'fault':
      return fault(state, command, context);
    case 'wake':
      return wake(state, command, context);
    case 'cancel':
      return isFinalGeneration(state) ? nothing : accept([{ type: 'cancelled', message: command.reason }]);
    case 'remove':
      return remove(state);
    default:
      return command satisfies never;
  }
}

function create({ spec, refused }: CommandOf<'create'>, context: Context): GenerationDecision {
  const created: GenerationEvent = { type: 'generation_created', spec };
  if (!refused) return accept([created, { type: 'asked', try: 1, problem: null }]);
  const { kind, whose, message } = refused;
  return accept([
    created,
    { type: 'faulted', fault: { kind, whose, try: 0, message, at: context.at } },
    { type: 'failed', message: `${kind}: ${message}` },
  ]);
}

function remove(state: ExistingGeneration): GenerationDecision {
  if (!isFinalGeneration(state))
    return refuse('conflict', `generation ${state.id} is in the state ${state.state}: cancel it first`);
  return state.removed_at === undefined ? accept([{ type: 'removed' }]) : nothing;
}

/** An answer that can be read completes it; for one that cannot, the model is asked once to mend it. */
function answered(state: ExistingGeneration, command: CommandOf<'answered'>, context: Context): GenerationDecision {
  if (state.state !== 'request' || command.try !== state.try) return nothing;
  const { cut_short: cutShort, type, ...answer } = command;
  const told: GenerationEvent = { type, ...answer };
  const problem = problemWith(state.spec.prompt_type, command.text, cutShort);
  if (problem === null) return accept([told, { type: 'completed' }]);
  const faulted = faultedEvent(state, { ...problem, whose: 'agent' }, context.at);
  if (state.repair === null)
    return accept([told, faulted, { type: 'asked', try: state.try + 1, problem: problem.message }]);
  return accept([told, faulted, { type: 'failed', message: `${problem.kind}: ${problem.message}` }]);
}

/** Why a text is no answer to what was asked, or null. The same reading as the arena's own. */
function problemWith(
  asked: GeneratedType,
  text: string,
  cutShort: boolean,
): { kind: FaultKind; message: string } | null {
  if (text.length > limits.answerBytes)
    return { kind: 'too_large', message: `the answer has ${text.length} characters` };
  if (asked === 'text') return text.trim() === '' ? { kind: 'empty', message: 'the answer is empty' } : null;
  const read = readAnswer(asked, text);
  if (read.ok) return null;
  const { kind, message } = read.fault;
  return cutShort
    ? { kind: 'truncated', message: `the answer was cut off by its limit of length: ${message}` }
    : { kind, message };
}

function fault(state: ExistingGeneration, command: CommandOf<'fault'>, context: Context): GenerationDecision {
  if (state.state !== 'request' || command.try !== state.try) return nothing;
  const { kind, whose, message } = command;
  const faulted = faultedEvent(state, { kind, whose, message }, context.at);
  const failed: GenerationEvent = { type: 'failed', message: `${kind}: ${message}` };
  if (!command.may_pass || state.lost + 1 >= state.spec.tries_max) return accept([faulted, failed]);
  const dueAt = context.at + Math.max(backoff(state), command.retry_after_ms ?? 0);
  if (dueAt > state.expires_at) return accept([faulted, failed]);
  return accept([faulted, { type: 'retry_planned', due_at: dueAt }]);
}

function wake(state: ExistingGeneration, command: CommandOf<'wake'>, context: Context): GenerationDecision {
  if (command.try !== state.try) return nothing;
  switch (command.reason) {
    case 'retry':
      return state.state === 'retry' ? accept([{ type: 'asked', try: state.try + 1, problem: null }]) : nothing;
    case 'expired': {
      if (state.state !== 'request') return nothing;
      const message = `its ${state.spec.ttl_ms} ms were over before the provider of the model had answered`;
      const faulted = faultedEvent(state, { kind: 'timeout', whose: 'provider', message }, context.at);
      return accept([faulted, { type: 'failed', message: `timeout: ${message}` }]);
    }
    default:
      return command.reason satisfies never;
  }
}

function faultedEvent(
  state: ExistingGeneration,
  { kind, whose, message }: Pick<GenerationFault, 'kind' | 'whose' | 'message'>,
  at: number,
): GenerationEvent {
  return { type: 'faulted', fault: { kind, whose, try: state.try, message, at } };
}

function backoff(state: ExistingGeneration): number {
  return backoffAfter(state.lost + 1, drawFraction(state.id, 'backoff', state.try));
}
