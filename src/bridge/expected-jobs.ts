/** Whose answers are taken: the jobs in memory, and below which subjects the participant of each answers. What is open is `agent-calls.ts`. */
import type { CallTask } from '../actors/job/state.ts';
import {
  channelPrefix,
  channelProblem,
  defaultEndpoint,
  isDefaultPrefix,
  responsePattern,
} from '../protocol/channels.ts';

/** A call that is answered by a participant's agent. */
export type AgentTask = Extract<CallTask, { participant_id: string }>;

export interface ExpectedJob {
  readonly address: string;
  readonly task: AgentTask;
}

export interface ExpectedJobs {
  get(jobId: string): ExpectedJob | undefined;
  add(jobId: string, address: string, task: CallTask | null): void;
  delete(jobId: string): void;
}

/** `listen` subscribes to the answers of an endpoint with a prefix of its own; those of all default ones are listened for anyhow. */
export function createExpectedJobs(listen: (pattern: string) => void): ExpectedJobs {
  const jobs = new Map<string, ExpectedJob>();
  const prefixes = new Set<string>();

  function listenFor(task: AgentTask): void {
    if (task.endpoint === defaultEndpoint) return;
    const prefix = prefixOf(task);
    if (prefix === null || isDefaultPrefix(prefix) || prefixes.has(prefix)) return;
    prefixes.add(prefix);
    listen(responsePattern(prefix));
  }

  return {
    get: (jobId) => jobs.get(jobId),
    add(jobId, address, task) {
      if (task?.type !== 'prompt' && task?.type !== 'health') return;
      jobs.set(jobId, { address, task });
      listenFor(task);
    },
    delete: (jobId) => void jobs.delete(jobId),
  };
}

/** Below which subjects a task's participant answers; null when it is not reached over the bus. */
export function prefixOf({ endpoint, participant_id: participantId }: AgentTask): string | null {
  return channelProblem(endpoint) === null ? channelPrefix(endpoint, participantId) : null;
}
