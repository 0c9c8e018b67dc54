/** What every benchmark prints: rates a second, times in milliseconds, memory in megabytes; ratio = ours by the limit. */
import type { StoreKind } from './options.ts';

export interface Measured {
  readonly item: string;
  readonly store: StoreKind;
  readonly perSecond: number;
  readonly limitPerSecond: number;
  readonly ratio: number;
  readonly p50: number;
  readonly p99: number;
  readonly limitP99: number;
  /** The most that was resident. */
  readonly rssMb: number;
  /** Processor time (microseconds, user and system) of a message; absent where the system does not tell. */
  readonly cpuUs?: number;
  readonly limitCpuUs?: number;
  /** Of a curve: size and microseconds a message there; ratio = the cost at the largest by that at the smallest. */
  readonly curve?: readonly (readonly [size: number, microseconds: number])[];
  /** For each point of the curve: what the smallest size cost when measured by turns with it. */
  readonly beside?: readonly number[];
}
