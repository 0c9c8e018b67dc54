/** One round of a measurement: messages a second, milliseconds, microseconds of processor time, megabytes. */
export interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuUs: number | undefined;
  readonly rssMb: number;
}

/** The middle value of each field over some rounds. */
export function medianOf(rounds: readonly Round[]): Round {
  return {
    perSecond: Math.round(median(rounds.map(({ perSecond }) => perSecond))),
    p50: hundredths(median(rounds.map(({ p50 }) => p50))),
    p99: hundredths(median(rounds.map(({ p99 }) => p99))),
    cpuUs: rounds.every(({ cpuUs }) => cpuUs !== undefined)
      ? hundredths(median(rounds.map(({ cpuUs }) => cpuUs!)))
      : undefined,
    rssMb: Math.max(...rounds.map(({ rssMb }) => rssMb)),
  };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which `share` of the values lie; 0 when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const hundredths = (value: number) => Math.round(value * 100) / 100;
