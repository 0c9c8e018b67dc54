/** Date-times as instants, and back as the clocks of a zone show them. Instants are seconds since 1970 UTC. */
import { fail } from '../failure.ts';
import { momentFrom, offsetText, readIso, two, wallSeconds } from './moment.ts';
import { offsetAt } from './zone.ts';

/** Of a date-time that says how far from UTC its clock stands. */
export function instantOf(text: string): number {
  const moment = readIso(text);
  if (!moment.hasTime || moment.offset === undefined)
    fail(`${JSON.stringify(text)} is not a date-time with an offset, such as 2026-07-01T08:30:00Z`);
  return wallSeconds(moment) - moment.offset!;
}

/** To the second. */
export function textOf(instant: number, zone: string): string {
  const whole = Math.floor(instant);
  const offset = offsetAt(zone, whole);
  const { year, month, day, hour, minute, second } = momentFrom(whole + offset, 0, offset);
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}T${two(hour)}:${two(minute)}:${two(second)}${offsetText(offset, 'Z')}`;
}
