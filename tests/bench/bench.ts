/** `npm run bench`: how fast the arena is, next to what this machine allows without one. Prints a table and writes the figures as JSON. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { dirname } from 'node:path';
import { measureBatches } from './batch.ts';
import { readJournal } from './journal-figures.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { measureRecovery } from './recovery.ts';
import { type Figures, printed } from './report.ts';
import { setStage } from './stage.ts';
import { takenTimeMeter } from './taken-time.ts';
import { measureThroughput } from './throughput.ts';

async function measure(options: BenchOptions): Promise<Figures> {
  const { only, contests } = options;
  const figures: Figures = {
    at: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${process.platform} ${release()}, Node ${process.versions.node}`,
    throughput: null,
    journal: null,
    local: null,
    recovery: null,
    batch: null,
  };
  if (only.includes('throughput')) {
    const stage = await setStage({ profile: options.profile });
    try {
      figures.throughput = await measureThroughput(stage, contests, options);
      figures.journal = readJournal(stage.databaseFile);
    } finally {
      await stage.close();
    }
  }
  if (only.includes('local')) {
    const stage = await setStage({ local: true });
    try {
      figures.local = await measureThroughput(stage, contests, options);
    } finally {
      await stage.close();
    }
  }
  if (only.includes('batch')) figures.batch = await measureBatches(options.children);
  if (only.includes('recovery')) figures.recovery = await measureRecovery(options.recovered, options.profile);
  return figures;
}

let options: BenchOptions;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exit(2);
}
const takenTime = takenTimeMeter();
const figures = await measure(options);
process.stdout.write(`${printed(figures)}\n${takenTime()}`);
await mkdir(dirname(options.json), { recursive: true });
await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
process.stdout.write(`The figures are in ${options.json}\n`);
