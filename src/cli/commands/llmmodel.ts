/** `arena llmmodel import|deactivate`: what is done with many models at once. */
import { z } from 'zod';
import { deactivatedSchema, modelImportResultSchema } from '../../protocol/price-list.ts';
import { type Context, printJson, printLine, type Status, UsageError } from '../context.ts';
import { inputOf } from '../input.ts';
import type { InvocationOf } from '../invocation.ts';
import { inOptions } from '../option-names.ts';

const listSchema = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);

export async function runLlmModel(invocation: InvocationOf<'llmmodel'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const client = context.client(invocation.url);
  if (invocation.verb === 'deactivate') {
    const { promptPrice: prompt_price, completionPrice: completion_price, requestPrice: request_price } = invocation;
    const above = { prompt_price, completion_price, request_price };
    if (Object.values(above).every((limit) => limit === undefined))
      throw new UsageError('Give --prompt-price, --completion-price or --request-price.');
    const result = deactivatedSchema.parse(
      await client.post('/api/llmmodel/deactivate', { above, unpriced: invocation.unpriced }),
    );
    if (invocation.json) printJson(terminal, result);
    else if (result.deactivated.length === 0) printLine(terminal, 'No active model costs more.');
    else for (const name of result.deactivated) printLine(terminal, `${name}: switched off`);
    return 0;
  }
  const read = listSchema.safeParse(await inputOf(invocation.file, undefined, context));
  if (!read.success) throw new UsageError(`${invocation.file} is no price list: expected a list or an object.`);
  const list = Array.isArray(read.data) ? { models: read.data } : read.data;
  const { provider, baseUrl, onlyKnown } = invocation;
  const imported = client.post('/api/llmmodel/import', {
    ...list,
    ...(provider !== undefined && { provider }),
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    ...(onlyKnown && { only_known: true }),
  });
  const fields = {
    ...(provider !== undefined && { provider: '--provider' }),
    ...(baseUrl !== undefined && { base_url: '--base-url' }),
  };
  const result = modelImportResultSchema.parse(await inOptions(imported, { fields }));
  if (invocation.json) printJson(terminal, result);
  else {
    const counts = Object.entries(result).map(([what, names]) => `${names.length} ${what}`);
    printLine(terminal, counts.join(', '));
  }
  return 0;
}
