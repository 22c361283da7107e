/** `npm run faults -- --minutes 10 --seed 1`: contests through a storm of real faults. Fails, with its seed, when anything was lost. */
import { parseArgs } from 'node:util';
import { storm } from './storm.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0 && Number.isSafeInteger(seed))) {
  process.stderr.write('npm run faults -- [--minutes <number>] [--seed <whole number>]\n');
  process.exit(2);
}
process.stdout.write(`seed ${seed}\n`);
const outcome = await storm({ seconds: minutes * 60, seed, say: (line) => process.stdout.write(`${line}\n`) });
const { contests, faults, requests, answers, entries, problems } = outcome;
process.stdout.write(
  `${contests} contests, ${faults} faults, ${requests} requests, ${answers} answers on record, ${entries} entries: ` +
    `${problems.length === 0 ? 'nothing was lost' : `${problems.length} problems (--seed ${seed})`}\n`,
);
for (const problem of problems) process.stdout.write(`- ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
