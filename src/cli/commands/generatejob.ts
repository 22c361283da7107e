/** `arena generatejob list|show|repeat|cancel|delete`: what language models were asked and answered. */
import { z } from 'zod';
import { type GenerateJobDocument, generateJobSchema } from '../../protocol/generate-jobs.ts';
import { type Context, printJson, printLine, type Status } from '../context.ts';
import { textOf } from '../input.ts';
import type { InvocationOf } from '../invocation.ts';
import { tableText } from '../live/table.ts';
import { pageText } from '../live/text.ts';

const columns = ['id', 'prompt_type', 'model', 'state', 'latency_ms', 'cost_usd', 'message'] as const;

export async function runGenerateJob(invocation: InvocationOf<'generatejob'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const client = context.client(invocation.url);
  if (invocation.verb === 'list') {
    const list = z.array(generateJobSchema).parse(await client.list('generatejob', invocation.filters));
    if (invocation.json) printJson(terminal, list);
    else if (list.length === 0) printLine(terminal, 'There is no generatejob yet.');
    else printLine(terminal, tableText(columns, list.map(cellsOf)));
    return 0;
  }
  const id = await client.idOf('generatejob', invocation.id);
  const path = `/api/generatejob/${encodeURIComponent(id)}`;
  if (invocation.verb === 'delete') {
    const answer = await client.delete(path);
    if (invocation.json) printJson(terminal, answer);
    else printLine(terminal, `${id}: deleted`);
    return 0;
  }
  if (invocation.verb === 'show') {
    if (invocation.json) printJson(terminal, await client.get(path));
    else printLine(terminal, pageText(await client.bytes(`${path}.md`)));
    return 0;
  }
  if (invocation.verb === 'cancel') {
    const cancelled = await client.post(`${path}/cancel`);
    if (invocation.json) printJson(terminal, cancelled);
    else printLine(terminal, `${id}: cancelled`);
    return 0;
  }
  const { model, promptFile } = invocation;
  const prompt = promptFile === undefined ? undefined : await textOf(promptFile, context);
  let made = generateJobSchema.parse(await client.post('/api/generatejob/repeat', { original_id: id, model, prompt }));
  while (made.finished_at === null && !terminal.signal.aborted) {
    made = generateJobSchema.parse(await client.get(`/api/generatejob/${encodeURIComponent(made.id)}?wait_ms=10000`));
  }
  if (invocation.json) printJson(terminal, made);
  else printLine(terminal, made.generated ?? made.message);
  return made.state === 'complete' ? 0 : 1;
}

function cellsOf(one: GenerateJobDocument): string[] {
  const row = { ...one, cost_usd: one.usage?.cost_usd ?? null };
  return columns.map((column) => String(row[column] ?? ''));
}
