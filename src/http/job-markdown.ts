/** A job as Markdown, for people: what it came to, what is below it, and how it went. */
import type { JobNode, JobResponse, JobTransition } from '../protocol/jobs.ts';
import { document, indented, inline, table } from './markdown.ts';

/** A tree may have thousands of jobs, and a person reads the first. */
const nodesShown = 200;

export function jobMarkdown(job: JobResponse, tree: JobNode, history: readonly JobTransition[]): string {
  const below = lines(tree.children, 0);
  return document([
    `# Job ${job.job_id}`,
    table(
      ['', ''],
      [
        ['State', tree.state],
        ['Type', job.type],
        ...(job.method === null ? [] : [['Call', [job.method, job.url].filter((part) => part !== null).join(' ')]]),
        ...(job.channel === null ? [] : [['Channel', job.channel]]),
        ['Attempts', String(job.attempts)],
        ...(job.message === '' ? [] : [['Message', job.message]]),
      ],
    ),
    ...(job.data === null ? [] : ['## Data', indented(JSON.stringify(job.data, null, 2))]),
    ...(below.length === 0 ? [] : ['## Children', below.slice(0, nodesShown).join('\n')]),
    below.length > nodesShown ? `… and ${below.length - nodesShown} more.` : '',
    '## History',
    table(
      ['Time', 'From', 'To', 'Attempt', 'Reason'],
      history.map(({ at, from, to, attempt, reason }) => [
        new Date(at).toISOString(),
        from ?? '',
        to,
        String(attempt),
        reason,
      ]),
    ),
  ]);
}

function lines(nodes: readonly JobNode[], depth: number): string[] {
  return nodes.flatMap((node) => [
    `${'  '.repeat(depth)}- ${node.state}: ${inline(node.job_id)} (${node.type})${node.message === '' ? '' : `: ${inline(node.message)}`}`,
    ...lines(node.children, depth + 1),
  ]);
}
