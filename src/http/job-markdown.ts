/** A job as Markdown: whom it asked for what, what it came to, what went wrong, what is below it, and how it went. */
import type { JobNode, JobResponse, JobTransition } from '../protocol/jobs.ts';
import { document, facts, indented, inline, moment, section, table } from './markdown.ts';

/** A tree may have thousands of jobs, and a person reads the first. */
const nodesShown = 200;

export function jobMarkdown(job: JobResponse, tree: JobNode, history: readonly JobTransition[]): string {
  const below = lines(tree.children, 0);
  return document([
    `# Job ${job.job_id}`,
    facts([
      ['State', tree.state],
      ['Type', job.type],
      ['Asked for', tree.prompt_type],
      ['Participant', tree.participant_id],
      ['Call', [job.method, job.url].filter((part) => part !== null).join(' ')],
      ['Channel', job.channel],
      ['Attempts', job.attempts],
      ['Answered after ms', tree.latency_ms],
      ['Message', job.message],
    ]),
    ...section('## Sent', asJson(job.request_data)),
    ...section('## Data', asJson(job.data)),
    ...section(
      '## Faults',
      table(
        ['Attempt', 'Kind', 'Whose', 'Message'],
        job.faults.map(({ attempt, kind, whose, message }) => [attempt, kind, whose, message]),
      ),
    ),
    ...section('## Children', below.slice(0, nodesShown).join('\n')),
    below.length > nodesShown ? `… and ${below.length - nodesShown} more.` : '',
    ...section(
      '## History',
      table(
        ['Time', 'From', 'To', 'Attempt', 'Reason'],
        history.map(({ at, from, to, attempt, reason }) => [moment(at), from, to, attempt, reason]),
      ),
    ),
  ]);
}

function asJson(value: JobResponse['data']): string {
  return value === null ? '' : indented(JSON.stringify(value, null, 2));
}

function lines(nodes: readonly JobNode[], depth: number): string[] {
  return nodes.flatMap((node) => [
    `${'  '.repeat(depth)}- ${node.state}: ${inline(node.job_id)} (${node.prompt_type ?? node.type})${node.message === '' ? '' : `: ${inline(node.message)}`}`,
    ...lines(node.children, depth + 1),
  ]);
}
