/** The figures of a run, and how they are printed. */
import Table from 'cli-table3';
import type { BatchFigures } from './batch.ts';
import type { JournalFigures } from './journal-figures.ts';
import type { Recovery } from './recovery.ts';
import type { Level, Rate } from './throughput.ts';

export interface Figures {
  readonly at: string;
  readonly machine: string;
  throughput: readonly Level[] | null;
  journal: JournalFigures | null;
  /** With the in-process bus, and the agents in the arena's process. */
  local: readonly Level[] | null;
  recovery: Recovery | null;
  batch: readonly BatchFigures[] | null;
}

export function printed(figures: Figures): string {
  const { throughput, journal, local, recovery, batch } = figures;
  return [
    figures.machine,
    ...(throughput ? ['Over a NATS server, agents in a process of their own', levels(throughput)] : []),
    ...(local ? ['Over the in-process bus, agents in the arena’s process', levels(local)] : []),
    ...(journal ? [journalLine(journal)] : []),
    ...(recovery ? [recoveryLines(recovery)] : []),
    ...(batch ? ['Batches of jobs, each of which calls a URL on this machine', batches(batch)] : []),
  ].join('\n\n');
}

function batches(measured: readonly BatchFigures[]): string {
  return table('children', measured, ({ children }) => String(children), [
    ['ms', ({ ms }) => decimal(ms, 0)],
    ['ms per child', ({ msPerChild }) => decimal(msPerChild, 2)],
    ['entries', ({ entries }) => String(entries)],
    ['  per child', ({ entries, children }) => decimal(entries / children, 2)],
    ['journal', ({ journalBytes }) => kilobytes(journalBytes)],
    ['  per child', ({ journalBytes, children }) => kilobytes(journalBytes / children)],
  ]);
}

function levels(measured: readonly Level[]): string {
  return table('contests at once', measured, ({ contests }) => String(contests), [
    ['rounds/s, nothing kept', ({ nothingKept }) => rounds(nothingKept)],
    ['rounds/s, answers kept (the bound)', ({ bound }) => rounds(bound)],
    ['rounds/s, the arena', ({ arena }) => rounds(arena)],
    ['  share of the bound', ({ shareOfBound }) => decimal(shareOfBound?.rounds, 2)],
    ['agent calls/s, the bound', ({ bound }) => decimal(bound?.callsPerSecond, 0)],
    ['agent calls/s, the arena', ({ arena }) => decimal(arena.callsPerSecond, 0)],
    ['  share of the bound', ({ shareOfBound }) => decimal(shareOfBound?.calls, 2)],
    ['added per agent call, p50 ms', ({ addedMs }) => decimal(addedMs.p50, 2)],
    ['added per agent call, p99 ms', ({ addedMs }) => decimal(addedMs.p99, 2)],
    ['processor ms per round, the bound', ({ bound }) => decimal(bound?.cpuMsPerRound, 2)],
    ['processor ms per round, the arena', ({ arena }) => decimal(arena.cpuMsPerRound, 2)],
    ['commits per round', ({ commitsPerRound }) => decimal(commitsPerRound, 2)],
    ['entries per commit', ({ entriesPerCommit }) => decimal(entriesPerCommit, 1)],
  ]);
}

function table<Column>(
  name: string,
  columns: readonly Column[],
  head: (column: Column) => string,
  rows: readonly (readonly [string, (column: Column) => string])[],
): string {
  const drawn = new Table({
    head: [name, ...columns.map(head)],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const [row, cell] of rows) drawn.push([row, ...columns.map(cell)]);
  return drawn.toString();
}

function journalLine({ entriesPerRound, bytesPerRound, fileBytesPerRound }: JournalFigures): string {
  return `A round leaves ${decimal(entriesPerRound, 1)} entries with ${kilobytes(bytesPerRound)} in the journal; the database file grows by ${kilobytes(fileBytesPerRound)}.`;
}

function recoveryLines(recovery: Recovery): string {
  const { contests, heapBytesPerContest, residentBytesPerContest, emptyStartMs, startMs, requestsAgainMs } = recovery;
  return [
    `A live contest takes ${kilobytes(heapBytesPerContest)} of heap (${kilobytes(residentBytesPerContest)} resident).`,
    `After a kill, ${contests} contests in the middle of a round are back in ${decimal(startMs, 0)} ms, and their requests with the agents after ${decimal(requestsAgainMs, 0)} ms; a start with nothing to bring back takes ${decimal(emptyStartMs, 0)} ms.`,
  ].join('\n');
}

function rounds(rate: Rate | null): string {
  return decimal(rate?.roundsPerSecond, 0);
}

function decimal(number: number | null | undefined, digits: number): string {
  return number === null || number === undefined ? '–' : number.toFixed(digits);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
