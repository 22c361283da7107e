/** What must hold after a storm: every contest has ended, every journal holds, and nothing was asked again once its answer was recorded. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { auditSchema } from '../../src/protocol/audit.ts';
import { contestDocumentSchema } from '../../src/protocol/contest.ts';
import { entrySchema } from '../../src/protocol/entries.ts';

export interface Outcome {
  readonly contests: number;
  readonly faults: number;
  /** Requests that agents got, and how many of them had the answer to their attempt on record in the end. */
  readonly requests: number;
  readonly answers: number;
  readonly entries: number;
  readonly problems: readonly string[];
}

const askedSchema = z.object({ job_id: z.string(), attempt: z.number(), sent_at: z.number() });

export async function compare(storm: {
  contests: readonly string[];
  faults: number;
  /** The file in which the agents wrote down what they were asked. */
  asked: string;
  call: (method: string, path: string) => Promise<unknown>;
}): Promise<Outcome> {
  const problems: string[] = [];
  const answeredAt = new Map<string, number>();
  const endedAt = new Map<string, number>();
  let entries = 0;
  for (const id of storm.contests) {
    const contest = contestDocumentSchema.parse(await storm.call('GET', `/api/contest/${id}`));
    if (contest.state !== 'complete') problems.push(`${id} is ${contest.state}: ${contest.error ?? 'no error'}`);
    const audit = auditSchema.parse(await storm.call('GET', `/api/contest/${id}/audit`));
    problems.push(...audit.problems.map(({ position, problem }) => `${id}, entry ${position}: ${problem}`));
    const found = z.array(entrySchema).parse(await storm.call('GET', `/api/contest/${id}/events`));
    entries += found.length;
    for (const { kind, stream, events, at } of found) {
      const job = stream.slice(stream.lastIndexOf('/') + 1);
      for (const event of kind === 'job' ? events : []) {
        if (event.type === 'answered') answeredAt.set(`${job} ${event.attempt}`, at);
        if (event.type === 'completed') endedAt.set(job, at);
      }
    }
  }
  const asked = existsSync(storm.asked) ? readFileSync(storm.asked, 'utf8').trimEnd().split('\n') : [];
  for (const line of asked) {
    const { job_id: job, attempt, sent_at: sentAt } = askedSchema.parse(JSON.parse(line));
    const end = endedAt.get(job);
    if (end !== undefined && sentAt > end)
      problems.push(`job ${job} was asked (attempt ${attempt}) ${sentAt - end} ms after its answer was recorded`);
    const answered = answeredAt.get(`${job} ${attempt}`);
    if (answered !== undefined && sentAt > answered)
      problems.push(`attempt ${attempt} of job ${job} was asked ${sentAt - answered} ms after it was answered`);
  }
  const { faults, contests } = storm;
  return { contests: contests.length, faults, requests: asked.length, answers: answeredAt.size, entries, problems };
}
