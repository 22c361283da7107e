/** Puts together what compares models: the rows, the requests of contests, and copies of contests with a model exchanged. */
import type { Contests } from './actors/contests.ts';
import type { Jobs } from './actors/jobs.ts';
import type { Clock, Log } from './actors/runtime/ports.ts';
import { createExchange } from './agents/evaluation/exchange.ts';
import { createEvaluations, type EvaluationService } from './agents/evaluation/service.ts';
import type { Prompts } from './agents/prompts/prompts.ts';
import type { Generating } from './generating.ts';
import type { Persistence } from './persistence/persistence.ts';
import { flatJobs } from './protocol/jobs.ts';
import type { AgentRequest } from './protocol/messages.ts';

export interface EvaluatingOptions {
  readonly persistence: Pick<Persistence, 'catalogue' | 'evaluations'>;
  readonly generating: Pick<Generating, 'generations' | 'directory'>;
  readonly contests: Contests;
  readonly jobs: Jobs;
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly log: Log;
}

export function createEvaluating(options: EvaluatingOptions): EvaluationService {
  const { persistence, generating, contests, jobs, prompts, clock, log } = options;
  const { generations, directory } = generating;

  async function requestsOf(contestId: string): Promise<AgentRequest[]> {
    const asked = flatJobs(await contests.jobs(contestId)).filter(
      ({ type, attempts }) => type === 'prompt' && attempts > 0,
    );
    const requests: AgentRequest[] = [];
    // One after the other: each is derived from the whole journal of its contest.
    for (const { job_id } of asked) requests.push(await jobs.request(job_id));
    return requests;
  }

  const exchange = createExchange({
    directory,
    contests,
    participants: {
      create: async (input) => (await persistence.catalogue.create('participant', input)).id,
      remove: (id) =>
        persistence.catalogue.transaction(async ({ find, remove }) => {
          for (const agent of await find('agent', { participant_id: id })) await remove('agent', agent.id);
          await remove('participant', id);
        }),
    },
  });

  return createEvaluations({
    rows: persistence.evaluations,
    generations,
    directory,
    prompts,
    clock,
    log,
    requestsOf,
    exchange,
  });
}
