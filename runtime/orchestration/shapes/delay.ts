/** delay: waits for a duration, or until the date-time that an expression gives. A time that is past is no wait. */
import { parseDuration } from '../../contracts/duration.ts';
import type { Path } from '../../contracts/source.ts';
import { busError } from '../../errors/bus-error.ts';
import { workingDaysLater } from '../../expressions/dates/service-hours.ts';
import type { Compiler } from '../compiler.ts';
import type { CompiledShape, Formula } from '../program.ts';
import { emit, evaluate, type Run } from '../run.ts';
import { text } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export type Until = { readonly ms: number } | { readonly days: number } | { readonly formula: Formula };

export interface DelayShape extends CompiledShape {
  readonly kind: 'delay';
  readonly until: Until | undefined;
}

export const delaySchema = text(
  'A duration (30s, 5m, 2h, 28d, 5wd for working days), or an expression that gives a date-time or a duration',
);

export const delay: ShapeKind<DelayShape> = {
  kind: 'delay',
  schema: delaySchema,
  tracked: true,
  compile: (value, path, compiler) => ({ until: compileUntil(value, path, compiler) }),
  flow: ({ until }, before, flow) => {
    if (until && 'formula' in until) flow.formula(until.formula, before);
    return before;
  },
  step: ({ until }, run, woken) => {
    if (woken || !until) return NEXT;
    const at = instantOf(until, run);
    if (at <= run.event.at) return NEXT;
    return { to: 'wait', for: [{ kind: 'timer', id: emit(run, { kind: 'timer', at }), branch: 0 }] };
  },
};

/** What begins with a digit is meant as a duration. */
export function compileUntil(value: unknown, path: Path, compiler: Compiler): Until | undefined {
  if (typeof value !== 'string' || /^\s*(\d|$)/.test(value)) {
    const days = workingDaysIn(String(value));
    if (days !== undefined) return compiler.calendar(path) && { days };
    const ms = compiler.duration(value, path);
    return ms === undefined ? undefined : { ms };
  }
  const formula = compiler.formula(value, path, { kind: 'string' });
  return formula && { formula };
}

/** Throws BusError DELAY_INVALID, also for a time that no calendar has any more. */
export function instantOf(until: Until, run: Run): number {
  if ('ms' in until) return known(run.event.at + until.ms, `${until.ms}ms`);
  if ('days' in until) return inWorkingDays(run, until.days);
  const value = String(evaluate(run, until.formula));
  const days = workingDaysIn(value);
  if (days !== undefined) return inWorkingDays(run, days);
  const ms = parseDuration(value);
  return known(ms === undefined ? instant(value) : run.event.at + ms, value);
}

/** The last instant that a date can tell. */
const LAST = 8_640_000_000_000_000;

function known(at: number, value: string): number {
  if (!(Math.abs(at) <= LAST)) throw busError('DELAY_INVALID', { value });
  return at;
}

/** `5wd` */
function workingDaysIn(text: string): number | undefined {
  const match = /^\s*(\d{1,4})\s*wd\s*$/.exec(text);
  return match ? Number(match[1]) : undefined;
}

/** At the same time of day by the calendar's clock. */
function inWorkingDays({ program: { calendar }, event }: Run, count: number): number {
  if (!calendar) throw busError('DELAY_INVALID', { value: `${count}wd` });
  return workingDaysLater(calendar, Math.floor(event.at / 1000), count) * 1000 + (event.at % 1000);
}

/** Only with an offset: the same instant on every machine. */
function instant(value: string): number {
  return /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
}
