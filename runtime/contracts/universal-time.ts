/** Date-times as they are compared: an instant has one form, whatever offset it was written with. Pure. */

const WRITTEN = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i;

/**
 * In UTC with milliseconds, and with more digits where there are any: `2026-10-25T00:30:00.000Z`. The texts sort as the instants do. What
 * has no offset, or is no date-time, stays as it is.
 */
export function universalTime(text: string): string {
  const [, local, fraction = '', offset] = WRITTEN.exec(text) ?? [];
  const ms = local === undefined ? Number.NaN : Date.parse(local + offset!.toUpperCase());
  if (Number.isNaN(ms)) return text;
  const digits = fraction.replace(/0+$/, '').padEnd(3, '0');
  return `${new Date(ms).toISOString().slice(0, 19)}.${digits}Z`;
}
