/** What callers may say about jobs: one call, or a tree of them. All of it is checked before anything is kept; unknown fields are refused. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { isNestedDeeper, type Json } from './json.ts';
import { limits } from './limits.ts';
import { chosenSubjectProblem } from './subject-rules.ts';

export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof httpMethods)[number];
/** `MESSAGE` publishes on a subject; `FINAL` calls nobody. */
export const jobMethods = [...httpMethods, 'MESSAGE', 'FINAL'] as const;
export type JobMethod = (typeof jobMethods)[number];

export const failurePolicies = ['fail_fast', 'wait_all', 'ignore'] as const;
export type FailurePolicy = (typeof failurePolicies)[number];

/** What a job has where its maker says nothing. */
export const jobDefaults = { priority: 5, ttl_ms: 600_000, max_attempts: 3, timeout_ms: 10_000 } as const;

const whole = z.number().int();
const longestMs = 31 * 86_400_000;
const duration = whole.min(1).max(longestMs);

/** It was read from JSON text, and how deep it goes is checked for the whole body. */
const data = z.unknown() as unknown as z.ZodType<Json>;

const jobShape = {
  id: idSchema.optional().describe('the same id with the same content is the same job'),
  method: z.enum(jobMethods),
  url: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .describe(
      'what is called; for MESSAGE the subject. `$JOB$` stands for the id, `$ARENA$` and `$ACTOR$` for the base URLs',
    ),
  channel: z
    .string()
    .max(500)
    .superRefine((subject, context) => {
      const problem = chosenSubjectProblem(subject);
      if (problem)
        context.addIssue({ code: 'custom', message: `nothing can be published there: the subject ${problem}` });
    })
    .optional()
    .describe(
      'the subject on which the response is published when the job ends; of a MESSAGE without url, its subject. Those under arena, sys and ' +
        'actor are reserved, and those on which agents are asked and answer',
    ),
  data: data
    .optional()
    .describe('what is sent; GET and FINAL send nothing, and show it with the job as `request_data` all the same'),
  priority: whole.min(1).max(10).default(jobDefaults.priority).describe('10 goes first'),
  delay: whole.min(0).max(longestMs).optional().describe('milliseconds until it begins'),
  send_at: whole.min(0).max(Number.MAX_SAFE_INTEGER).optional().describe('when it begins'),
  ttl_ms: duration.default(jobDefaults.ttl_ms).describe('from when it is due until no further try is made'),
  max_attempts: whole.min(1).max(100).default(jobDefaults.max_attempts),
  timeout_ms: duration.default(jobDefaults.timeout_ms).describe('of one attempt'),
};

export const oneJobSchema = z.strictObject(jobShape).superRefine((job, context) => {
  for (const [path, message] of Object.entries(jobProblems(job))) {
    if (message !== null) context.addIssue({ code: 'custom', path: [path], message });
  }
});
export type CreateJob = z.infer<typeof oneJobSchema>;

/** A batch makes its call to hand on what its children came to, and a GET has no body to carry it. */
const ownCallSchema = oneJobSchema.refine(({ method }) => method !== 'GET', {
  path: ['method'],
  message: 'a GET carries no body, so what the children came to would not be sent: use POST, or FINAL for no call',
});

export const jobTreeSchema = z.strictObject({
  batch: ownCallSchema.describe(
    'the call that is made when the children have ended, with their results in its body: any method but GET',
  ),
  get children() {
    return z.array(z.union([oneJobSchema, jobTreeSchema]));
  },
  on_child_failure: z
    .enum(failurePolicies)
    .default('fail_fast')
    .describe('the first failure cancels the rest; it is a failure at the end; it is only recorded'),
});
export type CreateBatch = z.infer<typeof jobTreeSchema>;

export const createJobSchema = z.preprocess(refuseDepth, oneJobSchema);
export const createBatchSchema = z.preprocess(refuseDepth, jobTreeSchema).superRefine((tree, context) => {
  const { depth, jobs } = sizeOf(tree);
  if (depth > limits.batchDepth)
    context.addIssue({
      code: 'custom',
      path: ['children'],
      message: `the tree is ${depth} levels deep, and ${limits.batchDepth} is the most`,
    });
  if (jobs > limits.batchJobs)
    context.addIssue({
      code: 'custom',
      path: ['children'],
      message: `there are ${jobs} jobs in the tree, and ${limits.batchJobs} is the most`,
    });
});

export function isBatch(job: CreateJob | CreateBatch): job is CreateBatch {
  return 'batch' in job;
}

/** Every schema below goes as deep as its input: one that is too deep must be refused before them. */
function refuseDepth(value: unknown, context: z.RefinementCtx): unknown {
  if (!isNestedDeeper(value, limits.jsonNesting)) return value;
  context.addIssue({ code: 'custom', message: `this is nested deeper than ${limits.jsonNesting} levels` });
  return z.NEVER;
}

type JobFields = Pick<CreateJob, 'method' | 'url' | 'channel' | 'delay' | 'send_at'>;

function jobProblems({ method, url, channel, delay, send_at }: JobFields): Record<string, string | null> {
  return {
    url: addressProblem(method, url, channel),
    send_at: delay !== undefined && send_at !== undefined ? 'give either delay or send_at, not both' : null,
  };
}

function addressProblem(method: JobMethod, url: string | undefined, channel: string | undefined): string | null {
  if (method === 'FINAL') return url === undefined ? null : 'FINAL calls nobody: leave the url out';
  if (method !== 'MESSAGE') return url === undefined ? `${method} needs the url to call` : urlProblem(url);
  if (url === undefined) return channel === undefined ? 'MESSAGE needs a subject, as url or channel' : null;
  const problem = chosenSubjectProblem(url);
  return problem ? `for MESSAGE the url is a subject; this one ${problem}` : null;
}

function urlProblem(text: string): string | null {
  const url = URL.parse(text.replace(/^\$(ARENA|ACTOR)\$/, 'http://localhost'));
  return url && /^https?:$/.test(url.protocol) ? null : 'this is no http:// or https:// URL';
}

function sizeOf(tree: CreateBatch): { depth: number; jobs: number } {
  let [depth, jobs] = [1, 1];
  for (const child of tree.children) {
    const size = isBatch(child) ? sizeOf(child) : { depth: 1, jobs: 1 };
    depth = Math.max(depth, 1 + size.depth);
    jobs += size.jobs;
  }
  return { depth, jobs };
}
