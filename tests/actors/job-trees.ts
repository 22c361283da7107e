/**
 * Random trees of jobs with what the world will answer to each of their attempts, and a model of what must come of them: it knows
 * nothing of states, entries or messages.
 */
import fc from 'fast-check';
import type {
  BatchTask,
  HttpTask,
  JobCommand,
  JobSpec,
  MessageTask,
  OutboundCall,
} from '../../src/actors/job/state.ts';
import type { FailurePolicy } from '../../src/protocol/job-input.ts';
import type { SimulatedAgents } from './simulated-agents.ts';

/**
 * What comes back for one attempt. An answer does not say which attempt it is to, so what must not count for another comes as a fault,
 * which does.
 */
const answers = ['complete', 'pending', 'silent', 'refused', 'unreachable', 'rubbish', 'gone'] as const;
type Answer = (typeof answers)[number];

/** The call that a job makes: over HTTP, on a subject, or none. */
interface Calling {
  readonly call: 'http' | 'message' | 'none';
  readonly answers: readonly Answer[];
  readonly attemptsMax: number;
}

export interface Tree extends Calling {
  readonly id: string;
  readonly delay: number;
  /** Null for a job that is no batch. */
  readonly policy: FailurePolicy | null;
  readonly children: readonly Tree[];
}

const calling = {
  call: fc.constantFrom('http', 'http', 'message', 'none'),
  answers: fc.array(fc.constantFrom('complete', ...answers), { minLength: 1, maxLength: 3 }),
  attemptsMax: fc.integer({ min: 1, max: 3 }),
  delay: fc.constantFrom(0, 0, 0, 40),
};
type Drawn = Omit<Tree, 'id' | 'children'> & { readonly children: readonly Drawn[] };

const leaf: fc.Arbitrary<Drawn> = fc.record({
  ...calling,
  policy: fc.constant(null),
  children: fc.constant([]),
}) as never;

function batchOf(depth: number): fc.Arbitrary<Drawn> {
  const child =
    depth <= 1 ? leaf : fc.oneof({ weight: 2, arbitrary: leaf }, { weight: 1, arbitrary: batchOf(depth - 1) });
  return fc.record({
    ...calling,
    policy: fc.constantFrom('fail_fast', 'wait_all', 'ignore'),
    children: fc.array(child, { maxLength: 4 }),
  }) as never;
}

/** Trees of up to four levels. */
export const anyTree: fc.Arbitrary<Tree> = fc
  .oneof({ weight: 1, arbitrary: leaf }, { weight: 6, arbitrary: batchOf(3) })
  .map((drawn) => named(drawn, 'tree-of-jobs'));

function named(drawn: Drawn, id: string): Tree {
  return { ...drawn, id, children: drawn.children.map((child, index) => named(child, `${id}-${index}`)) };
}

/** All jobs of a tree, parents before their children. */
export function jobsOf(tree: Tree): Tree[] {
  return [tree, ...tree.children.flatMap(jobsOf)];
}

/** Longer than all tries of any of these trees together. */
const plentyMs = 100_000_000;

export function specOf(tree: Tree, startAt: number, ttlMs: number = plentyMs): JobSpec {
  const limits = { timeout_ms: 1_000, max_attempts: tree.attemptsMax, ttl_ms: ttlMs };
  const call = callOf(tree);
  const batch: BatchTask = {
    type: 'batch',
    on_child_failure: tree.policy ?? 'fail_fast',
    children: tree.children.map((child) => ({ id: child.id, spec: specOf(child, startAt, ttlMs) })),
    call,
  };
  const isBatch = tree.policy !== null || call === null;
  return { ...limits, task: isBatch ? batch : call, ...(tree.delay > 0 ? { send_at: startAt + tree.delay } : {}) };
}

function callOf({ call, id }: Tree): HttpTask | MessageTask | null {
  switch (call) {
    case 'http':
      return { type: 'http', method: 'POST', url: `http://host-of-${id.length % 2}/${id}`, data: id };
    case 'message':
      return { type: 'message', subject: `jobs.${id}`, data: id };
    default:
      return null;
  }
}

/** The world as the tree says it is. Each call that it gets is told to `seen`. */
export function worldOf(tree: Tree, seen: (call: OutboundCall) => void = () => {}): SimulatedAgents {
  const trees = new Map(jobsOf(tree).map((job) => [job.id, job]));
  const asked = new Map<string, number>();
  return (call) => {
    seen(call);
    const job = trees.get(call.job_id);
    if (!job) throw new Error(`${call.job_id} is no job of the tree`);
    const key = `${call.job_id} ${call.attempt}`;
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    return said(call, answerTo(job, call.attempt), times);
  };
}

function answerTo({ answers }: Tree, attempt: number): Answer {
  return answers[Math.min(attempt, answers.length) - 1] ?? 'complete';
}

function said(call: OutboundCall, answer: Answer, times: number): JobCommand | null {
  const isMessage = call.task.type === 'message';
  const body = (text: string): JobCommand => ({ type: 'answer', from: null, body: text, compare_job: false });
  const fault = (kind: 'refused' | 'unreachable', final = false): JobCommand => ({
    type: 'fault',
    attempt: call.attempt,
    kind,
    message: 'so it was',
    final,
  });
  const complete = body(JSON.stringify({ state: 'complete', data: call.job_id }));
  switch (answer) {
    case 'complete':
      return complete;
    case 'pending':
      return times < 2 ? body('{"state":"pending","delay":150}') : complete;
    case 'silent':
      return null;
    case 'refused':
      return fault('refused');
    case 'unreachable':
      // A message that did not reach the bus keeps its attempt: sometime it does.
      return isMessage && times > 1 ? complete : fault('unreachable');
    case 'rubbish':
      return isMessage ? complete : body('It works!');
    case 'gone':
      return fault('refused', true);
    default:
      return answer satisfies never;
  }
}

export type Outcome = 'complete' | 'fail';

export interface Expected {
  readonly outcome: Outcome;
  /** How many attempts its call takes, where it is made. */
  readonly attempts: number;
  readonly children: readonly Expected[];
}

/** What comes of a tree that nobody disturbs. Where a child fails fast, its brothers may be cancelled before. */
export function expectedOf(tree: Tree): Expected {
  const children = tree.children.map(expectedOf);
  const failed = children.some(({ outcome }) => outcome === 'fail');
  const own = failed && tree.policy !== 'ignore' ? { outcome: 'fail' as const, attempts: 0 } : ownCall(tree);
  return { ...own, children };
}

function ownCall(tree: Tree): { outcome: Outcome; attempts: number } {
  if (tree.call === 'none') return { outcome: 'complete', attempts: 0 };
  const isMessage = tree.call === 'message';
  for (let attempt = 1; attempt <= tree.attemptsMax; attempt += 1) {
    const answer = answerTo(tree, attempt);
    if (answer === 'complete' || answer === 'pending') return { outcome: 'complete', attempts: attempt };
    if (isMessage && (answer === 'unreachable' || answer === 'rubbish'))
      return { outcome: 'complete', attempts: attempt };
    if (answer === 'rubbish' || answer === 'gone') return { outcome: 'fail', attempts: attempt };
  }
  return { outcome: 'fail', attempts: tree.attemptsMax };
}
