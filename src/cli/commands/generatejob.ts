/** `arena generatejob list|show|repeat|cancel|delete`: what language models were asked and answered. */
import { z } from 'zod';
import { type GenerateJobDocument, generateJobSchema } from '../../protocol/generate-jobs.ts';
import { type Context, printJson, printLine, type Status } from '../context.ts';
import { textOf } from '../input.ts';
import type { InvocationOf } from '../invocation.ts';
import { printListing } from '../listing.ts';
import { pageText } from '../live/text.ts';
import { filterWords, inOptions } from '../option-names.ts';

/** How long the arena is asked to wait for the end before it is asked again. */
const waitMs = 10_000;

const columns = ['id', 'prompt_type', 'model', 'state', 'latency_ms', 'cost_usd', 'message'] as const;

export async function runGenerateJob(invocation: InvocationOf<'generatejob'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const client = context.client(invocation.url);
  if (invocation.verb === 'list') {
    const rows = z
      .array(generateJobSchema)
      .parse(await inOptions(client.list('generatejob', invocation.filters), { words: filterWords }));
    printListing({ noun: 'generatejob', rows, head: columns, cellsOf }, invocation, context);
    return 0;
  }
  const id = await client.idOf('generatejob', invocation.id);
  const { generations } = client.arena;
  if (invocation.verb === 'delete') {
    const answer = await generations.remove(id);
    if (invocation.json) printJson(terminal, answer);
    else printLine(terminal, `${id}: deleted`);
    return 0;
  }
  if (invocation.verb === 'show') {
    if (invocation.json) printJson(terminal, await generations.get(id));
    else printLine(terminal, pageText(await generations.markdown(id)));
    return 0;
  }
  if (invocation.verb === 'cancel') {
    const cancelled = await generations.cancel(id);
    if (invocation.json) printJson(terminal, cancelled);
    else printLine(terminal, `${id}: cancelled`);
    return 0;
  }
  const { model, promptFile } = invocation;
  const prompt = promptFile === undefined ? undefined : await textOf(promptFile, context);
  const repeated = inOptions(generations.repeat({ original_id: id, model, prompt }), {
    fields: { model: '--model', prompt: '--prompt-file' },
  });
  let made = generateJobSchema.parse(await repeated);
  while (made.finished_at === null && !terminal.signal.aborted) {
    made = generateJobSchema.parse(await generations.get(made.id, waitMs));
  }
  if (invocation.json) printJson(terminal, made);
  else printLine(terminal, made.generated ?? made.message);
  return made.state === 'complete' ? 0 : 1;
}

function cellsOf(one: GenerateJobDocument): string[] {
  const row = { ...one, cost_usd: one.usage?.cost_usd ?? null };
  return columns.map((column) => String(row[column] ?? ''));
}
