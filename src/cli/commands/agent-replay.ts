/** `arena agent replay`: asks again what a seat was asked in a contest, and shows the question, the answer of then and the one of now. */
import { z } from 'zod';
import { consult, type Outcome } from '../../agents/checking/consult.ts';
import type { ContestDocument } from '../../protocol/contest.ts';
import { randomId } from '../../protocol/ids.ts';
import { flatJobs, type JobNode, jobNodeSchema, jobResponseSchema } from '../../protocol/jobs.ts';
import type { Json } from '../../protocol/json.ts';
import { type AgentRequest, requestSchema } from '../../protocol/messages.ts';
import { pendingFactor } from '../../protocol/pending.ts';
import { type Context, note, printJson, printLine, type Status, UsageError } from '../context.ts';
import { ClientError, type HttpClient } from '../http-client.ts';
import type { InvocationOf } from '../invocation.ts';
import { type AgentAddress, addressOfAgent, reachAgent } from '../reaching-agents.ts';
import { seatNamed } from '../seats.ts';

type Replay = InvocationOf<'agent_replay'>;

export async function runAgentReplay(invocation: Replay, context: Context): Promise<Status> {
  const { terminal } = context;
  const { clock } = terminal;
  const client = context.client(invocation.url);
  const contest = await client.contest(await client.idOf('contest', invocation.contest));
  const seat = seatNamed(contest, invocation.seat);
  const job = await jobOf(client, contest, seat.id, invocation);
  const request = await requestOf(client, job.job_id, invocation.attempt);
  const before = jobResponseSchema.parse(await client.arena.jobs.get(job.job_id));

  const address: AgentAddress =
    invocation.to === undefined
      ? { endpoint: seat.endpoint, participantId: seat.id, role: seat.role, name: seat.name }
      : await addressOfAgent(invocation.to, invocation, context);
  const agent = await reachAgent({ ...address, participantId: address.participantId ?? seat.id }, invocation, context);
  try {
    const { timeout: timeoutMs } = invocation;
    // A new job: the arena shall not take this for an answer to the old one, nor the agent answer it from memory.
    const asked = { ...request, job_id: randomId(), timeout_ms: timeoutMs, deadline: clock.now() + timeoutMs };
    const outcome = await consult({ agent, clock, pendingMaxMs: pendingFactor * timeoutMs }, asked);
    const then = { state: before.state, data: before.data, message: before.message };
    if (invocation.json) printJson(terminal, { request, then, now: asJson(outcome), asked_of: agent.address });
    else {
      note(
        terminal,
        `${request.command} of round ${request.round_no}, asked of ${agent.address}; the recorded job is ${job.job_id}.`,
      );
      printLine(terminal, `asked\n${JSON.stringify(request, null, 2)}\n`);
      printLine(terminal, `then\n${shown(then.state === 'complete' ? then.data : then.message)}\n`);
      printLine(terminal, `now, after ${outcome.elapsedMs} ms\n${told(outcome)}`);
    }
    return outcome.kind === 'answer' ? 0 : 1;
  } finally {
    await agent.close();
  }
}

/** The one job that is meant; where there are several, they are named. */
async function jobOf(client: HttpClient, contest: ContestDocument, seatId: string, wanted: Replay): Promise<JobNode> {
  const forest = z.array(jobNodeSchema).parse(await client.arena.contests.jobs(contest.id));
  const place = new RegExp(`^contest/[^/]+/(round/${wanted.round}${wanted.round === 0 ? '|setup' : ''})/`);
  const found = flatJobs(forest).filter(
    (job) =>
      job.type === 'prompt' &&
      job.participant_id === seatId &&
      job.attempts > 0 &&
      place.test(job.stream) &&
      (wanted.prompt === undefined || job.prompt_type === wanted.prompt) &&
      (wanted.job === undefined || job.job_id === wanted.job),
  );
  const [only, ...others] = found;
  if (!only) throw new ClientError(`${wanted.seat} was asked nothing of that kind in round ${wanted.round}.`, 404);
  if (others.length === 0) return only;
  const jobs = found.map(({ job_id, prompt_type }) => `  --prompt ${prompt_type} --job ${job_id}`);
  throw new UsageError(
    `${wanted.seat} was asked ${found.length} times in round ${wanted.round}. Choose one:\n${jobs.join('\n')}`,
  );
}

async function requestOf(client: HttpClient, jobId: string, attempt: number | undefined): Promise<AgentRequest> {
  return requestSchema.parse(await client.arena.jobs.request(jobId, attempt));
}

function asJson(outcome: Outcome): Json {
  const { elapsedMs: latency_ms } = outcome;
  if (outcome.kind === 'answer') return { state: 'complete', data: outcome.data, latency_ms };
  return { state: 'fail', fault: outcome.fault, message: outcome.message, body: outcome.body, latency_ms };
}

function told(outcome: Outcome): string {
  if (outcome.kind === 'answer') return shown(outcome.data);
  const body = outcome.body === null ? '' : `\n${outcome.body}`;
  return `the fault ${outcome.fault}: ${outcome.message}${body}`;
}

function shown(data: Json): string {
  return typeof data === 'string' ? data : JSON.stringify(data, null, 2);
}
