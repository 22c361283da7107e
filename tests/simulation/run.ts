/** `npm run simulate`: plays worlds by their seeds, and says of each that has broken a promise how to play it again. */
import { parseArgs } from 'node:util';
import { deliberateFaults } from './faults.ts';
import { type Outcome, simulate } from './world.ts';

const usage = `usage: npm run simulate -- [--seeds 1000] [--from 1] [--fault <name>] [--verbose]
faults: ${deliberateFaults.map(({ name }) => name).join(', ')}
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    fault: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const count = Number(values.seeds);
const from = Number(values.from);
const fault = deliberateFaults.find(({ name }) => name === values.fault);
const isWrong = !Number.isSafeInteger(count) || !Number.isSafeInteger(from) || (values.fault !== undefined && !fault);

if (values.help || isWrong) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}

const started = performance.now();
let steps = 0;
let entries = 0;
let failed = 0;
for (let seed = from; seed < from + count; seed += 1) {
  const outcome = await simulate(seed, fault);
  steps += outcome.steps;
  entries += outcome.entries;
  if (outcome.violations.length > 0) {
    failed += 1;
    process.stdout.write(told(outcome));
    // Of a deliberate fault the first seed that catches it is enough.
    if (fault) break;
  } else if (values.verbose) {
    const { lives, lastedMs } = outcome;
    process.stdout.write(
      `seed ${seed}: ${outcome.steps} steps, ${outcome.entries} entries, ${lives} lives, ${Math.round(lastedMs / 1_000)} s\n`,
    );
  }
}
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
process.stdout.write(
  `seeds ${from} to ${from + count - 1}: ${failed} broke a promise; ${steps} steps, ${entries} entries, ${seconds} s\n`,
);
process.exitCode = failed > 0 === (fault !== undefined) ? 0 : 1;

function told({ seed, violations, newest }: Outcome): string {
  const again = `npm run simulate -- --seeds 1 --from ${seed}${fault ? ` --fault ${fault.name}` : ''} --verbose`;
  const last = values.verbose || failed === 1 ? newest.map((line) => `    ${line}\n`).join('') : '';
  return `seed ${seed} breaks a promise; again with: ${again}\n${violations
    .slice(0, 10)
    .map((what) => `  ${what}\n`)
    .join('')}${last}`;
}
