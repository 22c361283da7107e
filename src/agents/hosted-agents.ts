/** The hosted agents for whoever asks them directly, without the bus: completes the request, and shows what a language model would be sent. */
import type { Clock } from '../actors/runtime/ports.ts';
import { ArenaError } from '../protocol/errors.ts';
import { randomId } from '../protocol/ids.ts';
import type { AgentRequest, AgentResponse } from '../protocol/messages.ts';
import type { PromptShown, RequestToAgent } from '../protocol/prompt-asking.ts';
import { type PromptType, roleOfPrompt } from '../protocol/states.ts';
import { completeRequest } from './direct-request.ts';
import type { ModelAgent, ModelDirectory } from './model-directory.ts';
import type { Prompts } from './prompts/prompts.ts';

export interface HostedAgentsOptions {
  readonly directory: ModelDirectory;
  readonly prompts: Prompts;
  readonly clock: Clock;
  /** As the host answers over the bus. */
  readonly answer: (request: AgentRequest) => Promise<AgentResponse>;
  /** What a job of the arena asked for. Rejects with `not_found`. */
  readonly requestOfJob: (jobId: string) => Promise<AgentRequest>;
}

const healthTimeoutMs = 5_000;

export function createHostedAgents(options: HostedAgentsOptions) {
  const { directory, prompts, clock, answer, requestOfJob } = options;

  async function agentOf(participantId: string): Promise<ModelAgent> {
    const agent = await directory.agentOf(participantId);
    if (agent) return agent;
    throw new ArenaError({ code: 'not_found', message: `no agent for participant ${participantId} is hosted here` });
  }

  function complete(participantId: string, { participant_id, ...given }: RequestToAgent): AgentRequest {
    if (participant_id !== undefined && participant_id !== participantId) {
      const message = `the request is to ${participant_id}, the path names ${participantId}`;
      throw new ArenaError({ code: 'invalid', message, problems: [{ path: 'participant_id', message }] });
    }
    return completeRequest(given, participantId, clock.now());
  }

  return {
    async request(participantId: string, given: RequestToAgent): Promise<AgentResponse> {
      await agentOf(participantId);
      return answer(complete(participantId, given));
    },

    async health(participantId: string): Promise<AgentResponse> {
      await agentOf(participantId);
      return answer({
        command: 'health',
        job_id: randomId(),
        attempt: 1,
        contest_id: null,
        participant_id: participantId,
        round_no: null,
        deadline: clock.now() + healthTimeoutMs,
        timeout_ms: healthTimeoutMs,
        last_latency_ms: null,
        message: '',
        data: {},
      });
    },

    async prompt(
      participantId: string,
      jobId: string,
      promptType: PromptType,
      given?: RequestToAgent,
    ): Promise<PromptShown> {
      const agent = await agentOf(participantId);
      const request = given ? complete(participantId, { ...given, job_id: jobId }) : await requestOfJob(jobId);
      refuseOther('participant', request.participant_id, participantId);
      refuseOther('prompt_type', request.command, promptType);
      const strategy = agent.strategy_id === null ? null : await directory.strategy(agent.strategy_id);
      const { id, name } = agent;
      const text = prompts.render({
        promptType,
        role: roleOfPrompt[promptType],
        request,
        strategy,
        agent: { id, name },
      });
      const model = request.model ?? agent.model ?? strategy?.model ?? directory.defaultModel();
      return { participant_id: participantId, job_id: jobId, prompt_type: promptType, model, ...text };
    },
  };
}

/** The job is of somebody else, or of another kind: its prompt is nothing that this agent would send. */
function refuseOther(path: string, ofJob: string, inPath: string): void {
  if (ofJob === inPath) return;
  const message = `the job asks ${ofJob}, the path says ${inPath}`;
  throw new ArenaError({ code: 'invalid', message, problems: [{ path, message }] });
}
