/** Durations as integrators write them: `500ms` `30s` `5m` `2h` `28d`. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
  return match ? Math.round(Number(match[1]) * UNITS[match[2]!]!) : undefined;
}

/** What a duration must look like, for JSON Schemas of config files. */
export const durationPattern = '^\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)$';
