/** Time zones by name: how far one lies from UTC at an instant, and the instant at which its clocks show a time. */
import { fail } from '../failure.ts';

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** By quarter of an hour: clocks never change within one. */
  readonly offsets: Map<number, number>;
}

/** Names that programs use are few; what fills these caches from outside is bounded. */
const MOST_ZONES = 200;
const MOST_OFFSETS = 20_000;
const QUARTER = 900;

const zones = new Map<string, Zone>();

export const isZone = (name: string): boolean => find(name) !== undefined;

function find(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'longOffset' });
    if (zones.size >= MOST_ZONES) zones.clear();
    const zone = { format, offsets: new Map<number, number>() };
    zones.set(name, zone);
    return zone;
  } catch {
    return undefined; // Intl knows no such name; the caller says so.
  }
}

/** Seconds east of UTC at `instant` (seconds since 1970 UTC). */
export function offsetAt(name: string, instant: number): number {
  const zone = find(name) ?? fail(`there is no time zone ${JSON.stringify(name)}`);
  const quarter = Math.floor(instant / QUARTER);
  const known = zone.offsets.get(quarter);
  if (known !== undefined) return known;
  if (zone.offsets.size >= MOST_OFFSETS) zone.offsets.clear();
  const offset = readOffset(zone.format.format(new Date(quarter * QUARTER * 1000)));
  zone.offsets.set(quarter, offset);
  return offset;
}

/** "01/07/2026, GMT+01:00" */
function readOffset(text: string): number {
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  const seconds = (Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0)) * 60 + Number(match?.[4] ?? 0);
  return match?.[1] === '-' ? -seconds : seconds;
}

const DAY = 86_400;

/**
 * The offset that holds when the zone's clocks show `wall` seconds. An hour that comes twice is the first; one that is left
 * out is read by the clock before the change, as if it had not been put forward yet.
 */
export function offsetOfWall(name: string, wall: number): number {
  const before = offsetAt(name, wall - DAY);
  const after = offsetAt(name, wall + DAY);
  if (offsetAt(name, wall - before) === before || before === after) return before;
  return offsetAt(name, wall - after) === after ? after : before;
}
