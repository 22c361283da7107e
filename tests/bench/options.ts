/** The options of the bench, read from the command line. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const parts = ['throughput', 'recovery', 'batch', 'local'] as const;
export type Part = (typeof parts)[number];

export interface BenchOptions {
  readonly only: readonly Part[];
  /** The numbers of contests at once. */
  readonly contests: readonly number[];
  /** How long the arena is measured at each number. */
  readonly seconds: number;
  /** Into how many slices the measuring is cut, with the references in between. */
  readonly slices: number;
  /** How many contests are brought back. */
  readonly recovered: number;
  /** The numbers of children of the batches. */
  readonly children: readonly number[];
  /** Where the figures are written. */
  readonly json: string;
  /** A folder for a CPU profile of the arena's process. */
  readonly profile: string | null;
}

export const usage = `npm run bench -- [options]
  --only <parts>       ${parts.join(', ')}; by commas (all)
  --contests <numbers> contests at once, by commas (1,32,128)
  --seconds <number>   how long the arena is measured at each number (10)
  --slices <number>    slices of that, with the references in between (5)
  --recovered <number> contests that are brought back (1000)
  --children <numbers> children of a batch of jobs, by commas (100,1000,10000)
  --json <file>        where the figures are written (data/bench.json)
  --profile <folder>   keeps a CPU profile of the arena's process`;

/** Throws an error that says what is wrong. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: parts.join(',') },
      contests: { type: 'string', default: '1,32,128' },
      seconds: { type: 'string', default: '10' },
      slices: { type: 'string', default: '5' },
      recovered: { type: 'string', default: '1000' },
      children: { type: 'string', default: '100,1000,10000' },
      json: { type: 'string', default: join('data', 'bench.json') },
      profile: { type: 'string' },
    },
  });
  return {
    only: values.only.split(',').map(partNamed),
    contests: values.contests.split(',').map((text) => numberIn('--contests', text)),
    seconds: numberIn('--seconds', values.seconds),
    slices: numberIn('--slices', values.slices),
    recovered: numberIn('--recovered', values.recovered),
    children: values.children.split(',').map((text) => numberIn('--children', text)),
    json: values.json,
    profile: values.profile ?? null,
  };
}

function partNamed(name: string): Part {
  const part = parts.find((each) => each === name);
  if (!part) throw new Error(`--only: there is no part ${name}; there are ${parts.join(', ')}`);
  return part;
}

function numberIn(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${option}: ${text} is not a number above 0`);
  return number;
}
