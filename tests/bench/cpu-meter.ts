/** The processor time of this process: other than time on the clock, it hardly depends on what else the machine does. */

/** Returns what gives the milliseconds of processor time used since it was last asked. */
export function cpuMeter(): () => number {
  let before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    return (user + system) / 1_000;
  };
}
