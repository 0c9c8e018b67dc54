/** Identifiers: UUIDs of version 7, so that ids made later sort later, also within one millisecond. Source: RFC 9562, 5.7. */
import type { Clock, NewId, Random } from '../contracts/clock.ts';

/** As many ids as one millisecond can order; the next one borrows from the millisecond to come. */
const PER_MILLISECOND = 4096;

export function createIds(clock: Pick<Clock, 'now'>, random: Random): NewId {
  let latest = 0;
  let count = 0;
  let time = written(latest);
  return () => {
    const now = clock.now();
    count += 1;
    if (now > latest || count === PER_MILLISECOND) {
      latest = Math.max(now, latest + 1);
      count = 0;
      time = written(latest);
    }
    const high = hex(0x8000 + Math.floor(random() * 0x4000), 4);
    const low = Math.floor(random() * 2 ** 48);
    // In two: numbers of up to 31 bits are written much faster than longer ones.
    return `${time}-7${hex(count, 3)}-${high}-${hex(Math.floor(low / HALF), 6)}${hex(low % HALF, 6)}`;
  };
}

const HALF = 2 ** 24;

function written(time: number): string {
  const digits = hex(time, 12);
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
