/** The grammar of `arena llmmodel import|deactivate` and `arena generatejob`. */
import type { Command } from 'commander';
import { collectFilter, httpUrl, price } from './argument-readers.ts';

type Yields = (command: Command) => (invocation: Record<string, unknown>) => void;

export function addLlmModelVerbs(noun: Command, yields: Yields): void {
  const take = noun
    .command('import')
    .description('take a price list: {"models": [{"name", "prompt_price", …}]}, or what OpenRouter\'s /models answers')
    .argument('<file>', 'JSON or YAML; - for standard input')
    .option('--provider <name>', 'of the models that are new')
    .option('--base-url <url>', 'of the models that are new', httpUrl)
    .option('--only-known', 'add no models', false);
  take.action((file: string) => yields(take)({ command: 'llmmodel', verb: 'import', file }));

  const deactivate = noun
    .command('deactivate')
    .description('switch off every model that costs more than this, in USD')
    .option('--prompt-price <usd>', 'per token of a prompt', price)
    .option('--completion-price <usd>', 'per token of an answer', price)
    .option('--request-price <usd>', 'per request', price)
    .option('--unpriced', 'those whose price is not known, too', false);
  deactivate.action(() => yields(deactivate)({ command: 'llmmodel', verb: 'deactivate' }));
}

export function addGenerateJob(program: Command, yields: Yields): void {
  const noun = program.command('generatejob').description('look at what language models were asked, and ask again');
  const list = noun
    .command('list')
    .description('list generations, oldest first')
    .option('--filter <field=value...>', 'only those with this value', collectFilter, {});
  list.action(({ filter }: { filter: unknown }) =>
    yields(list)({ command: 'generatejob', verb: 'list', filters: filter }),
  );
  for (const [verb, meaning] of [
    ['show', 'show one, to read; with --json all of it'],
    ['cancel', 'give one up that has not ended'],
    ['delete', 'delete one that has ended; what it has cost still counts'],
  ] as const) {
    const command = noun.command(verb).description(meaning).argument('<id>', 'its id, or latest');
    command.action((id: string) => yields(command)({ command: 'generatejob', verb, id }));
  }
  const repeat = noun
    .command('repeat')
    .description('ask again, and show the answer')
    .argument('<id>', 'its id, or latest')
    .option('--model <name>', 'another model')
    .option('--prompt-file <file>', 'another prompt: a text file, - for standard input');
  repeat.action((id: string) => yields(repeat)({ command: 'generatejob', verb: 'repeat', id }));
}
