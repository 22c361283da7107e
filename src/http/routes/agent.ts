/** Asking the agents that are hosted here over HTTP: a prompt, whether they are well, and what a language model would be sent. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { responseSchema } from '../../protocol/messages.ts';
import { promptRequestSchema, promptShownSchema, requestToAgentSchema } from '../../protocol/prompt-asking.ts';
import { promptTypes } from '../../protocol/states.ts';
import type { HostedAgents } from '../ports.ts';
import { bodyRefusals, idParameter, journalRefusals, refusals } from '../schemas.ts';

const tags = ['agent'];
const participantParameters = z.object({ participant: idParameter });
const promptParameters = z.object({ participant: idParameter, job: idParameter, prompt_type: z.enum(promptTypes) });

export function agentRoutes(agents: HostedAgents): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/agent/:participant/request',
      {
        schema: {
          tags,
          summary: 'Ask the agent of a participant what the arena would ask it',
          description:
            'Answered as over the bus: the same `job_id` and `attempt` get the same answer, `pending` means to ask the same again after ' +
            '`delay` milliseconds. `model` is used instead of the one of the agent.',
          params: participantParameters,
          body: requestToAgentSchema,
          response: { 200: responseSchema, ...refusals(...bodyRefusals, 'not_found') },
        },
      },
      async (request) => agents.request(request.params.participant, request.body),
    );

    app.get(
      '/agent/:participant/health',
      {
        schema: {
          tags,
          summary: 'Ask the agent of a participant whether it is well',
          params: participantParameters,
          response: { 200: responseSchema, ...refusals('not_found') },
        },
      },
      async (request) => agents.health(request.params.participant),
    );

    app.post(
      '/agent/:participant/:job/:prompt_type/prompt',
      {
        schema: {
          tags,
          summary: 'Show the prompt text that a language model would be sent',
          description: 'For the request in the body, or without one for the request of that job of this arena.',
          params: promptParameters,
          body: promptRequestSchema.nullish(),
          response: { 200: promptShownSchema, ...refusals(...bodyRefusals, ...journalRefusals) },
        },
      },
      async (request) => {
        const { participant, job, prompt_type: command } = request.params;
        return agents.prompt(participant, job, command, request.body ? { ...request.body, command } : undefined);
      },
    );
  };
}
