/** Jobs as text for people: a tree with its states and progress, a list, a history. */
import type { JobNode, JobSummary, JobTransition } from '../../protocol/jobs.ts';
import type { Palette } from './palette.ts';
import { clean, cut, padEnd } from './text.ts';

type JobStateName = JobNode['state'];

const marks: Readonly<Record<JobStateName, string>> = {
  idle: '○',
  request: '●',
  response: '●',
  waiting: '◌',
  retry: '↻',
  complete: '✓',
  fail: '✗',
  cancelled: '–',
};

const textMax = 100;

/** At most so many lines: of a tree that is larger, the first. */
export function treeLines(tree: JobNode, palette: Palette, linesMax = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  let left = 0;
  const add = (node: JobNode, first: string, rest: string): void => {
    if (lines.length < linesMax - 1) lines.push(`${palette.dim(first)}${jobLine(node, palette)}`);
    else left += 1;
    node.children.forEach((child, index) => {
      const isLast = index === node.children.length - 1;
      add(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    });
  };
  add(tree, '', '');
  return left === 0 ? lines : [...lines, palette.dim(`… and ${left} more`)];
}

function jobLine(node: JobNode, palette: Palette): string {
  const paint = paintOf(node.state, palette);
  const facts = [progressOf(node), ...attemptsOf(node), clean(node.message)].filter((fact) => fact !== '');
  const what = cut(clean(whatOf(node)), textMax);
  return [
    paint(`${marks[node.state]} ${padEnd(node.state, 9)}`),
    palette.bold(node.job_id),
    what,
    palette.dim(cut(facts.join(', '), textMax)),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

export function historyLines(history: readonly JobTransition[], palette: Palette): string[] {
  return history.map(({ at, to, attempt, reason, due_at }) => {
    const until = due_at === null ? '' : palette.dim(`  until ${new Date(due_at).toISOString()}`);
    const number = attempt === 0 ? ' ' : String(attempt);
    return `${palette.dim(new Date(at).toISOString())}  ${number}  ${paintOf(to, palette)(padEnd(to, 9))}  ${clean(reason)}${until}`;
  });
}

export const jobColumns = ['job_id', 'type', 'state', 'attempts', 'call', 'message'] as const;

export function jobCells(job: JobSummary): string[] {
  return [job.job_id, job.type, job.state, String(job.attempts), whatOf(job), job.message];
}

function isFinalState(state: JobStateName): boolean {
  return state === 'complete' || state === 'fail' || state === 'cancelled';
}

function paintOf(state: JobStateName, palette: Palette): (text: string) => string {
  if (state === 'complete') return palette.good;
  if (state === 'fail' || state === 'cancelled') return palette.bad;
  return state === 'idle' ? palette.dim : palette.feature;
}

function whatOf(job: Pick<JobSummary, 'type' | 'method' | 'url' | 'prompt_type' | 'participant_id'>): string {
  const { type, method, url, prompt_type, participant_id } = job;
  if (method === 'FINAL') return 'batch';
  const parts =
    method === null ? [prompt_type ?? type, participant_id] : [type === 'batch' ? 'batch,' : null, method, url];
  return parts.filter((part) => part !== null).join(' ');
}

function progressOf({ children }: JobNode): string {
  if (children.length === 0) return '';
  const ended = children.filter(({ state }) => isFinalState(state)).length;
  const complete = children.filter(({ state }) => state === 'complete').length;
  const failed = ended === complete ? '' : `, ${ended - complete} of them not well`;
  return `${ended} of ${children.length} children ended${failed}`;
}

/** The newest fault is what an open job was tried again for; a final one says it in its message. */
function attemptsOf({ attempts, faults, latency_ms, state }: JobNode): string[] {
  if (attempts === 0) return [];
  const fault = isFinalState(state) ? undefined : faults.at(-1);
  return [
    ...(attempts > 1 || fault ? [`attempt ${attempts}`] : []),
    ...(latency_ms === null ? [] : [`${latency_ms} ms`]),
    ...(fault ? [`${fault.kind}: ${clean(fault.message)}`] : []),
  ];
}
