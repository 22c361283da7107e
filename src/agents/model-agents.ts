/**
 * Answers for participants whose words come from a language model: each request becomes one generation, which is found again when the
 * request is repeated. Who listens is the host's; how a model is called, the generation's.
 */
import type { Clock, Log } from '../actors/runtime/ports.ts';
import { channelPrefix, defaultEndpoint, responseSubject } from '../protocol/channels.ts';
import { causeOf } from '../protocol/faults.ts';
import type { Spent } from '../protocol/host-messages.ts';
import type { AgentRequest, AgentResponse } from '../protocol/messages.ts';
import type { FaultKind, PromptType } from '../protocol/states.ts';
import { generationIdOf } from './generation/plan.ts';
import type { GenerationService } from './generation/service.ts';
import {
  type ExistingGeneration,
  type FinalGeneration,
  type GenerationSpec,
  isFinalGeneration,
} from './generation/state.ts';
import type { LlmModelDocument, ModelAgent, ModelDirectory, StrategyDocument } from './model-directory.ts';
import type { HostPeers } from './peers.ts';
import type { PromptInput, PromptText } from './prompts/prompts.ts';

export interface ModelAgentsOptions {
  readonly directory: ModelDirectory;
  readonly prompts: { render(input: PromptInput): PromptText };
  readonly generations: Pick<GenerationService, 'find' | 'begin' | 'ended' | 'problemWith' | 'limits'>;
  readonly peers: Pick<HostPeers, 'claim'>;
  /** How long a call to this model made now would take until its end. */
  readonly expectedMs: (model: LlmModelDocument) => number;
  /** What the agents say to be, when asked for their health. */
  readonly version?: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ModelAgents {
  /** Rejects for what should not happen; everything else is said in the response. */
  answer(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse>;
}

/** A request, and until when it is answered in any case. */
interface Asked {
  readonly request: AgentRequest;
  readonly signal: AbortSignal;
  readonly due: number;
}

/** Of the time that the arena gives an answer, so much is left for its way there and back. */
const margin = { share: 0.2, minMs: 100, maxMs: 2_000 } as const;
const delayMs = { min: 500, usual: 1_000, max: 10_000 } as const;
/** Faults of the text itself: the arena reads it in the same way and puts them down by their names. */
const faultsOfText: ReadonlySet<FaultKind> = new Set(['empty', 'truncated', 'unparsable', 'invalid', 'too_large']);

export function createModelAgents(options: ModelAgentsOptions): ModelAgents {
  const { directory, prompts, generations, peers, clock, log, version } = options;

  async function health(request: AgentRequest, agent: ModelAgent, model: string | null): Promise<AgentResponse> {
    const { job_id } = request;
    const problem = model === null ? noModel(agent) : await generations.problemWith(model);
    if (problem !== null) return { job_id, state: 'fail', message: problem };
    const well = { name: agent.name, state: 'OK' };
    return { job_id, state: 'complete', data: version === undefined ? well : { ...well, version } };
  }

  async function begin(
    id: string,
    request: AgentRequest,
    agent: ModelAgent,
    strategy: StrategyDocument | null,
    model: string,
    spentElsewhere: readonly Spent[],
  ): Promise<void> {
    const promptType = request.command as PromptType;
    const { role } = agent;
    const { system, prompt, schema } = prompts.render({ promptType, role, request, strategy, agent });
    const spec: GenerationSpec = {
      model,
      prompt_type: promptType,
      system,
      prompt,
      schema,
      job_id: request.job_id,
      attempt: request.attempt,
      participant_id: request.participant_id,
      contest_id: request.contest_id,
      agent_id: agent.id,
      original_id: null,
      reply_to: responseSubject(channelPrefix(defaultEndpoint, request.participant_id), promptType, request.job_id),
      ...generations.limits,
    };
    await generations.begin(id, spec, spentElsewhere);
    log.debug({ generation: id, job: request.job_id, model }, 'a generation began');
  }

  /** The answer, or `pending` shortly before the time for it is over: it goes to the response subject as soon as it is there. */
  async function settle(id: string, asked: Asked, model: string): Promise<AgentResponse> {
    const { request, signal, due } = asked;
    const { job_id } = request;
    const known = await directory.model(model);
    const neededMs = known ? options.expectedMs(known) : 0;
    const patienceMs = Math.max(0, due - clock.now());
    const isTooLong = neededMs > patienceMs;
    // One that will take longer than that is better asked for later than waited for.
    const ended = await generations.ended(id, { waitMs: isTooLong ? 0 : patienceMs, signal });
    if (ended) return responseOf(ended, job_id);
    const delay = Math.min(delayMs.max, Math.max(delayMs.min, isTooLong ? neededMs : delayMs.usual));
    return { job_id, state: 'pending', delay, message: `the model "${model}" is still at it` };
  }

  return {
    async answer(request, signal) {
      const { job_id, participant_id: participantId, timeout_ms: timeoutMs } = request;
      const reserve = Math.min(margin.maxMs, Math.max(margin.minMs, timeoutMs * margin.share));
      const asked: Asked = { request, signal, due: clock.now() + timeoutMs - reserve };
      const agent = await directory.agentOf(participantId);
      if (agent === null)
        return { job_id, state: 'fail', message: `participant ${participantId.slice(0, 100)} has no agent here` };
      const strategy = agent.strategy_id === null ? null : await directory.strategy(agent.strategy_id);
      const model = request.model ?? agent.model ?? strategy?.model ?? directory.defaultModel();
      if (request.command === 'health') return health(request, agent, model);
      const id = generationIdOf(request);
      const known: ExistingGeneration | null = await generations.find(id);
      // One that was left to another host is that one's to answer.
      if (known && isFinalGeneration(known) && known.state !== 'cancelled') return responseOf(known, job_id);
      if (known && !isFinalGeneration(known)) return settle(id, asked, known.spec.model);
      const problem = model === null ? noModel(agent) : await generations.problemWith(model);
      if (problem !== null || model === null) return { job_id, state: 'fail', message: problem ?? '' };
      const { contest_id } = request;
      const claim = await peers.claim(id, { participant_id: participantId, contest_id });
      if (claim.held === 'answered') return { ...claim.response, job_id };
      if (claim.held === 'elsewhere')
        return { job_id, state: 'pending', delay: delayMs.usual, message: 'another host is at it' };
      if (known) {
        claim.release();
        return responseOf(known, job_id);
      }
      try {
        await begin(id, request, agent, strategy, model, claim.spentElsewhere);
      } finally {
        claim.release();
      }
      return settle(id, asked, model);
    },
  };
}

/** What the arena is told of a generation that has ended. */
export function responseOf(generation: FinalGeneration, jobId: string): AgentResponse {
  const { state, generated, usage, faults, message } = generation;
  const cost = usage?.cost_usd ?? null;
  const told = usage && {
    usage: {
      model: usage.model,
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      ...(cost === null ? {} : { cost_usd: cost }),
    },
  };
  const last = faults.at(-1);
  const isUnusable = state === 'fail' && last !== undefined && last.whose === 'agent' && faultsOfText.has(last.kind);
  if (generated !== null && (state === 'complete' || isUnusable))
    return { job_id: jobId, state: 'complete', data: generated, ...told };
  return { job_id: jobId, state: 'fail', message, ...(last && { fault: causeOf(last) }), ...told };
}

function noModel(agent: ModelAgent): string {
  return `the agent ${agent.name} names no model, nor does its strategy, and there is no default one`;
}
