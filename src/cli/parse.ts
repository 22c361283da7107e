/** The grammar of the command line. Parsing carries nothing out: it yields an `Invocation`, or says what is wrong with the arguments. */
import { Argument, Command, CommanderError, Help, Option } from 'commander';
import { promptTypes } from '../protocol/states.ts';
import { addAgentVerbs } from './agent-grammar.ts';
import { collectFilter, count, httpUrl, positiveNumber, wholeNumber } from './argument-readers.ts';
import { addContestCarrying } from './carrying-grammar.ts';
import { addEval } from './eval-grammar.ts';
import {
  type ContestVerb,
  contestVerbNames,
  type Invocation,
  invocationSchema,
  type JobVerb,
  jobVerbNames,
  type ModelNoun,
  modelNouns,
} from './invocation.ts';
import { addGenerateJob, addLlmModelVerbs } from './model-grammar.ts';
import { addContestRecords } from './record-grammar.ts';

/** Nothing to carry out: help or the version was printed (`status` 0), or the usage was wrong (2). */
export interface NothingToDo {
  command: null;
  status: 0 | 2;
}

export interface ParseOptions {
  version: string;
  writeOut(text: string): unknown;
  writeErr(text: string): unknown;
}

type Yield = (invocation: Record<string, unknown>) => void;

const verbMeanings: Readonly<Record<ContestVerb | 'watch', string>> = {
  start: 'begin it',
  pause: 'stop before the next transition',
  resume: 'go on after a pause',
  step: 'make the one transition that is due',
  retry: 'go on from exactly where it failed',
  cancel: 'end it without a result',
  clone: 'make a new one with the same set-up',
  watch: 'follow it live to its end',
};

const jobVerbMeanings: Readonly<Record<JobVerb, string>> = {
  show: 'show it with what is below it as a tree; with --json its response',
  watch: 'follow it to its end',
  history: 'list its transitions',
  cancel: 'end it and what is below it',
  retry: 'make a new one from one that has failed or was cancelled',
  clone: 'make a new one with the same content',
  delete: 'delete it with what is below it',
};

export function parse(args: readonly string[], options: ParseOptions): Invocation | NothingToDo {
  let invocation: Invocation | null = null;
  const program = new Command('arena')
    .description('Turn-based contests between AI agents.')
    .version(options.version)
    .option('--url <url>', 'the arena to talk to (default: the configured host and port)', httpUrl)
    .option('--json', 'print results for machines', false)
    .configureOutput({ writeOut: options.writeOut, writeErr: options.writeErr })
    .showHelpAfterError('(--help says more)')
    .configureHelp({ optionDescription, minWidthToWrap: 20, showGlobalOptions: true })
    .exitOverride();
  const yields = (command: Command): Yield => {
    return (found) => {
      invocation = invocationSchema.parse({ ...command.optsWithGlobals(), ...found });
    };
  };

  addProcesses(program, yields);
  for (const model of modelNouns) addModel(program, model, yields);
  addJob(program, yields);
  addGenerateJob(program, yields);
  addEval(program, yields);
  addOthers(program, yields);
  for (const command of everyCommand(program)) command.copyInheritedSettings(program);

  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { command: null, status: error.exitCode === 0 ? 0 : 2 };
    throw error;
  }
  return invocation ?? { command: null, status: 2 };
}

function addProcesses(program: Command, yields: (command: Command) => Yield): void {
  const serve = program
    .command('serve')
    .description('serve the arena until it is stopped')
    .addOption(new Option('--only <part>', 'leave out the rest').choices(['arena', 'agents']));
  serve.action(() => yields(serve)({ command: 'serve' }));

  const demo = program
    .command('demo')
    .description('play a bundled game in the terminal and serve the arena; needs nothing else')
    .option('--once', 'exit when the contest has ended', false)
    .option('--game <name>', 'which of the bundled games: capture-the-flag or wreckers-isle')
    .option('--seed <number>', 'play the same game again', wholeNumber)
    .option('--speed <factor>', '1 can be read along, 2 is twice as fast (default: 1 on a terminal)', positiveNumber);
  demo.action(() => yields(demo)({ command: 'demo' }));

  const rebuild = program.command('rebuild').description('make the tables for people anew from the journal');
  rebuild.action(() => yields(rebuild)({ command: 'rebuild' }));

  const reset = program
    .command('reset')
    .description('empty the configured database; not while a server holds it')
    .option('--keep-models', 'leave models, their prices and evaluations', false)
    .option('--yes', 'without this nothing is done', false);
  reset.action(() => yields(reset)({ command: 'reset' }));
}

/** What each of them is, for who reads the help. */
const meaningOf: Readonly<Record<ModelNoun, string>> = {
  arena: 'the grids that are played on, with their rules',
  feature: 'what stands on an arena: walls, flags, towers',
  participant: 'who can take part, in which role, and where it is asked',
  strategy: 'how a language model is to play: personality and prompts',
  agent: 'which model, or which script, answers for a participant',
  llmmodel: 'the language models that agents may use, with their prices',
  contest: 'launch contests, watch and steer them, take them elsewhere',
};

function addModel(program: Command, model: ModelNoun, yields: (command: Command) => Yield): void {
  const noun = program.command(model).description(meaningOf[model]);
  const list = noun
    .command('list')
    .description('list them, oldest first')
    .option('--filter <field=value...>', 'only those with this value', collectFilter, {})
    .option('--ids', 'nothing but their ids, a line for each', false);
  list.action(({ filter }: { filter: unknown }) =>
    yields(list)({ command: 'model', model, verb: 'list', filters: filter }),
  );

  const create = noun
    .command('create')
    .description('make one from a JSON or YAML file (- for standard input), or from --data')
    .argument('[file]')
    .option('--data <json>', 'the object itself');
  create.action((file?: string) => yields(create)({ command: 'model', model, verb: 'create', file }));

  for (const verb of ['show', 'delete'] as const) {
    const one = noun.command(verb).description(`${verb} one`).argument('<id>', 'its id, or latest');
    one.action((id: string) => yields(one)({ command: 'model', model, verb, id }));
  }
  if (model === 'contest') {
    addContestVerbs(noun, yields);
    addContestRecords(noun, yields);
    addContestCarrying(noun, yields);
  }
  if (model === 'agent') addAgentVerbs(noun, yields);
  if (model === 'llmmodel') addLlmModelVerbs(noun, yields);
}

function addContestVerbs(noun: Command, yields: (command: Command) => Yield): void {
  for (const verb of contestVerbNames) {
    const command = noun.command(verb).description(verbMeanings[verb]).argument('<id...>', 'ids, or latest');
    command.action((ids: string[]) => yields(command)({ command: 'steering', verb, ids }));
  }
  const watch = noun.command('watch').description(verbMeanings.watch).argument('<id>', 'its id, or latest');
  watch.action((id: string) => yields(watch)({ command: 'contest', verb: 'watch', id }));
  const prompt = noun
    .command('prompt')
    .description('show the request that would be sent now')
    .argument('<id>', 'its id, or latest')
    .addArgument(new Argument('<prompt type>').choices(promptTypes))
    .argument('[participant]', 'a seat (default: the first of the role)');
  prompt.action((id: string, promptType: string, participantId?: string) =>
    yields(prompt)({ command: 'contest', verb: 'prompt', id, promptType, participantId }),
  );
}

function addJob(program: Command, yields: (command: Command) => Yield): void {
  const noun = program.command('job').description('hand the arena a call, or a tree of calls');
  const making = [
    ['create', 'make one'],
    ['batch', 'make a tree of them'],
  ] as const;
  for (const [verb, meaning] of making) {
    const command = noun
      .command(verb)
      .description(`${meaning} from a JSON or YAML file (- for standard input), or from --data`)
      .argument('[file]')
      .option('--data <json>', 'the object itself');
    command.action((file?: string) => yields(command)({ command: 'job', verb, file }));
  }
  const list = noun
    .command('list')
    .description('list them, those of contests too, oldest first')
    .option(
      '--filter <field=value...>',
      'only those with this state, type, contest_id or parent_id',
      collectFilter,
      {},
    );
  list.action(({ filter }: { filter: unknown }) => yields(list)({ command: 'job', verb: 'list', filters: filter }));
  for (const verb of jobVerbNames) {
    const command = noun.command(verb).description(jobVerbMeanings[verb]).argument('<id>', 'its id, or latest');
    command.action((id: string) => yields(command)({ command: 'job', verb, id }));
  }
}

function addOthers(program: Command, yields: (command: Command) => Yield): void {
  const load = program
    .command('load')
    .description(
      'make all that a folder of participant-, arena-, strategy- and contest-*.json describes, and all of it anew when it is loaded again',
    )
    .argument('<dir>')
    .option('--players <count>', 'players drawn for each contest', count, 2)
    .option('--repeat <count>', 'how often each contest is made, each time with players drawn anew', count, 1)
    .option('--seed <number>', 'which players are drawn', wholeNumber, 1)
    .option('--start', 'start the contests too', false);
  load.action((dir: string) => yields(load)({ command: 'load', dir }));

  const listen = program
    .command('listen')
    .description('print what is published on a NATS subject; * and > are wildcards')
    .argument('<subject>');
  listen.action((subject: string) => yields(listen)({ command: 'listen', subject }));

  const top = program
    .command('top')
    .description('show every contest live, with jobs and agents; with --json, or on no terminal, once');
  top.action(() => yields(top)({ command: 'top' }));
}

function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((one) => [one, ...everyCommand(one)]);
}

/** That a switch is off and a collection empty unless they are given goes without saying. */
function optionDescription(option: Option): string {
  const { defaultValue, description } = option;
  const isSaid = defaultValue !== false && typeof defaultValue !== 'object';
  return isSaid ? new Help().optionDescription(option) : description;
}
