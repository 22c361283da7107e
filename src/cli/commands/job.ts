/** `arena job create|batch|list|show|watch|history|cancel|retry|clone|delete`. */
import { z } from 'zod';
import type { Client } from '../../client/client.ts';
import {
  type JobNode,
  type JobResponse,
  jobNodeSchema,
  jobResponseSchema,
  jobSummarySchema,
  jobTransitionSchema,
} from '../../protocol/jobs.ts';
import { type Context, printJson, printLine, type Status } from '../context.ts';
import type { HttpClient } from '../http-client.ts';
import { inputOf } from '../input.ts';
import type { InvocationOf } from '../invocation.ts';
import { printListing } from '../listing.ts';
import { historyLines, jobCells, jobColumns, treeLines } from '../live/job-tree.ts';
import { createPalette } from '../live/palette.ts';
import { createScreen } from '../live/screen.ts';
import { filterWords, inOptions } from '../option-names.ts';
import { isScreen, wantsColors } from '../terminal.ts';

type Jobs = Client['jobs'];
type OneJob = Extract<InvocationOf<'job'>, { id: string }>;

/** How long the arena is asked to wait for the end before a tree is looked at again: on a terminal, and where nothing is drawn. */
const lookMs = { drawn: 300, unseen: 1_000 } as const;

export async function runJob(invocation: InvocationOf<'job'>, context: Context): Promise<Status> {
  const client = context.client(invocation.url);
  switch (invocation.verb) {
    case 'create':
    case 'batch': {
      const path = invocation.verb === 'batch' ? '/api/job/batch' : '/api/job';
      const made = await client.post(path, await inputOf(invocation.file, invocation.data, context));
      return printMade(made, invocation.json, context);
    }
    case 'list': {
      const rows = z
        .array(jobSummarySchema)
        .parse(await inOptions(client.list('job', invocation.filters), { words: filterWords }));
      printListing({ noun: 'job', rows, head: jobColumns, cellsOf: jobCells }, invocation, context);
      return 0;
    }
    default: {
      const id = await client.idOf('job', invocation.id);
      return runOne(invocation, context, client, id);
    }
  }
}

async function runOne(invocation: OneJob, context: Context, client: HttpClient, id: string): Promise<Status> {
  const { terminal } = context;
  const palette = createPalette(wantsColors(terminal.out, terminal.env));
  const { jobs } = client.arena;
  switch (invocation.verb) {
    case 'show':
      await printJob(await responseOf(jobs, id), invocation.json, context, () => treeOf(jobs, id));
      return 0;
    case 'watch':
      return watch(invocation, context, jobs, id);
    case 'history': {
      const history = z.array(jobTransitionSchema).parse(await jobs.history(id));
      if (invocation.json) printJson(terminal, history);
      else for (const line of historyLines(history, palette)) printLine(terminal, line);
      return 0;
    }
    case 'cancel':
      return printState(await jobs.cancel(id), invocation.json, context);
    case 'retry':
    case 'clone':
      return printMade(await jobs[invocation.verb](id), invocation.json, context);
    case 'delete': {
      const answer = await jobs.remove(id);
      if (invocation.json) printJson(terminal, answer);
      else printLine(terminal, `${id}: deleted`);
      return 0;
    }
  }
}

/** Succeeds when the job has ended well. What is drawn meanwhile gives way to the tree as it ended. */
async function watch(invocation: OneJob, context: Context, jobs: Jobs, id: string): Promise<Status> {
  const { out, env, signal } = context.terminal;
  const palette = createPalette(wantsColors(out, env));
  const screen = !invocation.json && isScreen(out, env) ? createScreen(out) : null;
  const waitMs = screen ? lookMs.drawn : lookMs.unseen;
  let job = await responseOf(jobs, id);
  try {
    while (job.state === 'pending' && !signal.aborted) {
      const tree = screen && (await treeOf(jobs, id));
      if (tree) screen.draw(({ lines }) => treeLines(tree, palette, lines));
      job = await responseOf(jobs, id, waitMs);
    }
  } finally {
    screen?.clear();
  }
  await printJob(job, invocation.json, context, () => treeOf(jobs, id));
  return job.state === 'complete' ? 0 : 1;
}

async function responseOf(jobs: Jobs, id: string, waitMs?: number): Promise<JobResponse> {
  return jobResponseSchema.parse(await jobs.get(id, waitMs));
}

async function treeOf(jobs: Jobs, id: string): Promise<JobNode> {
  return jobNodeSchema.parse(await jobs.tree(id));
}

/** For people the tree, and below it what the job has come to. */
async function printJob(
  job: JobResponse,
  json: boolean,
  { terminal }: Context,
  tree: () => Promise<JobNode>,
): Promise<void> {
  if (json) return printJson(terminal, job);
  const palette = createPalette(wantsColors(terminal.out, terminal.env));
  for (const line of treeLines(await tree(), palette)) printLine(terminal, line);
  if (job.data !== null) printJson(terminal, job.data);
}

/** For people the id alone, so that it can be used in the next command. */
function printMade(answer: unknown, json: boolean, { terminal }: Context): Status {
  const job = jobResponseSchema.parse(answer);
  if (json) printJson(terminal, job);
  else printLine(terminal, job.job_id);
  return 0;
}

function printState(answer: unknown, json: boolean, { terminal }: Context): Status {
  const job = jobResponseSchema.parse(answer);
  if (json) printJson(terminal, job);
  else printLine(terminal, `${job.job_id}: ${job.state}${job.message === '' ? '' : ` (${job.message})`}`);
  return 0;
}
