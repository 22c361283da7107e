/** The grammar of what takes a contest elsewhere or back: snapshot, restore, fork, restart. */
import { type Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from './argument-readers.ts';

type Yields = (command: Command) => (invocation: Record<string, unknown>) => void;

export function addContestCarrying(noun: Command, yields: Yields): void {
  const one = (verb: string, meaning: string) =>
    noun.command(verb).description(meaning).argument('<id>', 'its id, or latest');

  const snapshot = one('snapshot', 'take the whole of it out as one document').option(
    '--output <file>',
    'where to (default: standard output)',
  );
  snapshot.action((id: string) => yields(snapshot)({ command: 'contest', verb: 'snapshot', id }));

  const restore = noun
    .command('restore')
    .description('take one in from its document (- for standard input); it goes on where it was')
    .argument('<file>')
    .option('--as-new', 'as another contest, beside one that is here', false);
  restore.action((file: string) => yields(restore)({ command: 'restore', file }));

  const fork = one('fork', 'make a new one with its rounds up to and with one, and then its own way')
    .requiredOption('--round <number>', 'the last round that both have, counted from 0 as in the API', wholeNumber)
    .option(
      '--participant <id=id>',
      'who takes over from whom: <who had the seat>=<who has it now>; may be given several times',
      collectSuccessor,
      {},
    )
    .option('--seed <number>', 'another seed', wholeNumber)
    .option('--max-rounds <number>', 'another limit of rounds', wholeNumber)
    .option('--rules <text>', 'other rules')
    .option('--data <json>', 'all overrides, as the API takes them');
  fork.action((id: string, { participant }: { participant: unknown }) =>
    yields(fork)({ command: 'contest', verb: 'fork', id, participants: participant }),
  );

  const restart = one('restart', 'play its newest round again from its start');
  restart.action((id: string) => yields(restart)({ command: 'contest', verb: 'restart', id }));
}

function collectSuccessor(text: string, successors: Readonly<Record<string, string>>): Record<string, string> {
  const [before, after, ...rest] = text.split('=');
  if (!before || !after || rest.length > 0) throw new InvalidArgumentError('It must be <id>=<id>.');
  return { ...successors, [before]: after };
}
