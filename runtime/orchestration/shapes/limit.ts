/** How long something may take: a duration, working days, or until what an expression gives. */
import type { JsonSchema } from '../../contracts/adapter.ts';
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import type { Flow, Known } from '../flow.ts';
import type { Run } from '../run.ts';
import { compileUntil, instantOf, type Until } from './delay.ts';
import { text } from './fragments.ts';

export interface Limit {
  readonly until: Until;
  /** As written, for the error. */
  readonly text: string;
}

export const limit = (description: string): JsonSchema =>
  text(`${description}: 30s, 5m, 2h, 28d, 5wd for working days, or an expression that gives a date-time or a duration`);

/** Undefined where none is written, or none that can be. */
export function compileLimit(value: unknown, path: Path, compiler: Compiler): Limit | undefined {
  if (value === undefined) return undefined;
  const until = compileUntil(value, path, compiler);
  return until && { until, text: String(value) };
}

export function limitFlow(given: Limit | undefined, before: Known, flow: Flow): void {
  if (given && 'formula' in given.until) flow.formula(given.until.formula, before);
}

/** When it is over (ms); to be asked before anything is sent, since an expression may fail. */
export const overAt = (given: Limit | undefined, run: Run): number | undefined => given && instantOf(given.until, run);
