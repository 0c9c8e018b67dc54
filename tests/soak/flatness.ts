/** Whether what was measured over a run stays where it is: a straight line is fitted to it, and what it rises by is told. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Sample {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly value: number;
}

export interface Fit {
  /** By how much it rises in an hour. */
  readonly perHour: number;
  /** By how much it rises from the first to the last sample. */
  readonly rise: number;
  readonly mean: number;
}

/** By least squares. Undefined for fewer than three samples. */
export function fitLine(samples: readonly Sample[]): Fit | undefined {
  if (samples.length < 3) return undefined;
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [x, y] = [mean(samples.map(({ at }) => at)), mean(samples.map(({ value }) => value))];
  const above = samples.reduce((sum, { at, value }) => sum + (at - x) * (value - y), 0);
  const below = samples.reduce((sum, { at }) => sum + (at - x) ** 2, 0);
  const slope = above / below;
  return { perHour: slope * 3_600_000, rise: slope * (samples.at(-1)!.at - samples[0]!.at), mean: y };
}

/** What comes after the first third: until then caches fill and code is compiled. */
export function settled(samples: readonly Sample[]): readonly Sample[] {
  const last = samples.at(-1)?.at ?? 0;
  return samples.filter(({ at }) => at >= last / 3);
}

export interface Measured {
  readonly rssMb: number;
  readonly handles: number;
}

/** Of a process on Linux. */
export function measure(pid: number): Measured {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { rssMb: Number(kilobytes) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
}
