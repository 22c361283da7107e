/** The grammar of `arena eval run|report|exchange`. */
import { type Command, Option } from 'commander';
import { promptTypes } from '../protocol/states.ts';
import { wholeNumber } from './argument-readers.ts';

type Yields = (command: Command) => (invocation: Record<string, unknown>) => void;

export function addEval(program: Command, yields: Yields): void {
  const noun = program.command('eval').description('compare models: the same requests, each answer scored and kept');
  const run = noun
    .command('run')
    .description('put the requests of a contest that was played to several models, and show what it comes to')
    .argument('[contest]', 'its id, or latest')
    .option('--request <files...>', 'in its place, requests as contest prompt shows them; - is standard input')
    .requiredOption('--models <names...>', 'models of the table')
    .addOption(new Option('--prompts <types...>', 'only requests of these types').choices(promptTypes))
    .option('--rounds <numbers...>', 'only requests of these rounds, counted from 0 as in the API', eachWholeNumber, [])
    .option('--seats <participants...>', 'only requests to these seats, by id')
    .option('--judge <model>', 'a model that marks each answer from 0 to 10, with its reason')
    .option('--strategy <id>', "the strategy whose prompts are used, instead of the agent's own");
  run.action((contest?: string) => yields(run)({ command: 'eval', verb: 'run', contest }));

  const report = noun
    .command('report')
    .description('show what a run comes to')
    .argument('<run>', 'its id, or latest')
    .option('--answers', 'each answer with its scores and the reason', false);
  report.action((id: string) => yields(report)({ command: 'eval', verb: 'report', run: id }));

  const exchange = noun
    .command('exchange')
    .description('play a contest again with another model in one seat, and print the id of the copy')
    .argument('<contest>', 'its id, or latest')
    .requiredOption('--seat <participant>', 'whose model is exchanged, by id or name')
    .requiredOption('--model <name>', 'the model that takes the seat')
    .option('--no-start', 'only make the copy');
  exchange.action((contest: string) => yields(exchange)({ command: 'eval', verb: 'exchange', contest }));
}

function eachWholeNumber(text: string, before: readonly number[]): number[] {
  return [...before, wholeNumber(text)];
}
