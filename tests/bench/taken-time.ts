/** How much of the processors' time the host of a virtual machine gave to others: a run in which that is much says little. */
import { readFileSync } from 'node:fs';

/** Returns what says it for the time since now, in a line; nothing where the system does not tell. */
export function takenTimeMeter(): () => string {
  const before = processorTimes();
  return () => {
    const spent = processorTimes()?.map((time, index) => time - (before?.[index] ?? 0));
    const total = spent?.reduce((sum, time) => sum + time, 0);
    if (!spent || !total) return '';
    return `The host of this machine took ${Math.round((100 * (spent[stealIndex] ?? 0)) / total)} % of its time away meanwhile.\n`;
  };
}

/** The first line of Linux's /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal. */
const stealIndex = 7;

function processorTimes(): number[] | null {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    return line
      .split(/\s+/)
      .slice(1, stealIndex + 2)
      .map(Number);
  } catch {
    return null;
  }
}
