/** The grammar of what is asked about the record of a contest: replay, verify, export. */
import { type Command, Option } from 'commander';
import { turnFormats } from '../protocol/turns.ts';
import { positiveNumber } from './argument-readers.ts';

type Yields = (command: Command) => (invocation: Record<string, unknown>) => void;

export function addContestRecords(noun: Command, yields: Yields): void {
  const one = (verb: string, meaning: string) =>
    noun.command(verb).description(meaning).argument('<id>', 'its id, or latest');

  const replay = one('replay', 'show it again as it was; with --json each picture as a line').option(
    '--speed <factor>',
    '1 can be read along, 2 is twice as fast',
    positiveNumber,
    1,
  );
  replay.action((id: string) => yields(replay)({ command: 'contest', verb: 'replay', id }));

  const verify = one('verify', 'check its journal: the chain of hashes, every entry, every request, every view');
  verify.action((id: string) => yields(verify)({ command: 'contest', verb: 'verify', id }));

  const exported = one('export', 'write its turns: views, answers, actions, rulings, effects, latency, cost, faults')
    .addOption(new Option('--format <format>', 'how').choices(turnFormats).default('jsonl'))
    .option('--output <file>', 'where to (default: standard output)');
  exported.action((id: string) => yields(exported)({ command: 'contest', verb: 'export', id }));
}
