/** What every benchmark prints: rates a second, times in milliseconds, memory in megabytes; ratio = ours by the limit. */
export interface Measured {
  readonly item: string;
  readonly store: string;
  readonly perSecond: number;
  readonly limitPerSecond: number;
  readonly ratio: number;
  readonly p50: number;
  readonly p99: number;
  readonly limitP99: number;
  readonly rssMb: number;
}
