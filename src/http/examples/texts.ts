/** Answers that are text, by example: an entry as a server-sent event, exported turns, metrics. */
import { entry, playerId } from './contest.ts';
import { jobNode } from './job.ts';

export const eventExample = `id: ${entry.position}\ndata: ${JSON.stringify(entry)}\n\n`;

const { job_id, participant_id, prompt_type } = jobNode;

/** The columns that come first of the many that a turn has. */
export const turnExamples = {
  'application/x-ndjson': `${JSON.stringify({ job_id, prompt_type, participant_id, action: { action: 'run' } })}\n`,
  'text/csv': `job_id,prompt_type,participant_id\r\n${job_id},${prompt_type},${playerId}\r\n`,
};

export const metricsExample = [
  '# HELP arena_contests Contests by state',
  '# TYPE arena_contests gauge',
  'arena_contests{state="in_round"} 12',
  '',
].join('\n');
