/** Processor time of another process so far, user and system, in microseconds; undefined where there is no /proc. */
import { existsSync, readFileSync } from 'node:fs';

/** Linux counts it in hundredths of a second, whatever the machine. */
const TICK = 10_000;

export function processorTime(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  // The name of the program comes before these in brackets, and may hold blanks.
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}
