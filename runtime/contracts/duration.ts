/** Durations as integrators write them: `500ms` `30s` `5m` `2h` `28d`. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
  return match ? Math.round(Number(match[1]) * UNITS[match[2]!]!) : undefined;
}

/** What a duration must look like, for JSON Schemas of config files. */
export const durationPattern = '^\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)$';

const WORDS: readonly (readonly [RegExp, (count: number) => string])[] = [
  [/^(ms|msec|millis(econds?)?|milliseconds?)$/, (count) => `${count}ms`],
  [/^(s|secs?|seconds?)?$/, (count) => `${count}s`],
  [/^(m|mins?|minutes?)$/, (count) => `${count}m`],
  [/^(h|hrs?|hours?)$/, (count) => `${count}h`],
  [/^(d|days?)$/, (count) => `${count}d`],
  [/^(w|weeks?)$/, (count) => `${count * 7}d`],
  [/^(wd|working days?|workdays?)$/, (count) => `${count}wd`],
];

/** The duration that a text was probably meant to be: `5m` of `5 minutes`, `30s` of `PT30S`; undefined where none can be told. */
export function meantDuration(text: string): string | undefined {
  const [, iso, of = ''] = /^p(t?)(\d+[a-z])$/i.exec(text.trim()) ?? [];
  // In ISO 8601 an M before the T is a month.
  if (iso === '' && /m/i.test(of)) return undefined;
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z ]*)$/i.exec(of || text.trim()) ?? [];
  const found = count === undefined ? undefined : WORDS.find(([words]) => words.test(unit.trim().toLowerCase()));
  return found?.[1](Number(count));
}
