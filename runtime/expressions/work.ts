/**
 * What one evaluation has left to do. Loops count their items, functions their texts by length, so that nothing that a message holds can
 * make an expression or a map run on. The clock is asked where enough has been counted.
 */
import type { WorkLimit } from '../contracts/expression.ts';
import { fail } from './failure.ts';
import type { Frame } from './typed.ts';

interface Work {
  left: number;
  /** With fewer steps left than this the clock is asked again. */
  asking: number;
  readonly until: number;
  readonly limit: WorkLimit;
}

export const STANDARD_LIMIT: WorkLimit = { steps: 1_000_000 };

/** Steps between two looks at the clock. */
const STEPS_UNASKED = 1_000;
/** A step stands for so many characters, as powers of two: 256, or 16 items of a list that a function takes whole. */
const CHARACTERS = 8;
const ITEMS = 4;

export function beginWork(limit: WorkLimit): Work {
  const { steps, time } = limit;
  const until = time ? time.now() + time.ms : Number.POSITIVE_INFINITY;
  return { left: steps, asking: time ? steps - STEPS_UNASKED : 0, until, limit };
}

/** Fails when there is no more to spend. */
export function countSteps(frame: Frame, steps: number): void {
  const work = frame[0] as Work;
  work.left -= steps;
  if (work.left < work.asking) look(work);
}

function look(work: Work): void {
  const { steps, time } = work.limit;
  if (work.left < 0)
    fail(`it takes more than ${steps} steps; let it do less, or raise expressions.steps in config/bus.yaml`);
  if (time && time.now() > work.until)
    fail(`it takes longer than ${time.ms} ms; let it do less, or raise expressions.time in config/bus.yaml`);
  work.asking = Math.max(0, work.left - STEPS_UNASKED);
}

/** Counts a text or a list that a function takes or makes whole. Short ones cost nothing. */
export function countValue(frame: Frame, value: unknown): void {
  if (typeof value === 'string') {
    if (value.length >> CHARACTERS > 0) countSteps(frame, value.length >> CHARACTERS);
  } else if (Array.isArray(value) && value.length >> ITEMS > 0) countSteps(frame, value.length >> ITEMS);
}
