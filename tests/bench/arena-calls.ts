/** What the arena's process can be asked, and the subjects by which it says that something is over. */
export type ArenaCalls = {
  url(input: undefined): string;
  /** Commits with entries of rounds, the entries in them, and the processor time that was used, since the last call. */
  counts(input: undefined): { commits: number; entries: number; cpuMs: number };
  /** What is left after a garbage collection, once it has given back what it found. */
  memory(input: undefined): Promise<{ heapBytes: number; residentBytes: number }>;
};

export const overPatterns: readonly string[] = [
  'arena.contest.*.contestmachine.complete',
  'arena.contest.*.round.*.complete',
];

export function isContestOver(subject: string): boolean {
  return subject.endsWith('.contestmachine.complete');
}
