/** A text in a pattern as an ISO date, or, where the pattern has a time, as a date-time in a time zone. */
import type { LogicalType } from '../../contracts/schema.ts';
import { checkPattern, checkZone } from '../dates/check-literals.ts';
import { datePattern } from '../dates/pattern.ts';
import { readDate } from '../dates/read-date.ts';
import type { Argument, ExpressionFunction } from '../function.ts';

export const parseDate: ExpressionFunction = {
  name: 'parseDate',
  summary: 'A text in a pattern as an ISO date, or, where the pattern has a time, as a date-time in a time zone.',
  example: {
    text: 'parseDate("01/07/2026 09:30", "dd/MM/yyyy HH:mm", "Europe/London")',
    gives: '2026-07-01T09:30:00+01:00',
  },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'pattern', kind: 'string' },
    { name: 'zone', kind: 'string', optional: true },
  ],
  returns: dated,
  prepare: (args) => {
    const problem = checkPattern(args, 1) ?? checkZone(args, 2);
    const pattern = args[1]?.literal?.value;
    if (problem || typeof pattern !== 'string') return problem ? { problem } : {};
    const compiled = datePattern(pattern);
    return { run: (text: string, _pattern: string, zone?: string) => readDate(text, compiled, zone) };
  },
  run: (text: string, pattern: string, zone?: string) => readDate(text, datePattern(pattern), zone),
};

function dated([, pattern]: readonly Argument[]): LogicalType {
  const text = pattern?.literal?.value;
  if (typeof text !== 'string') return { kind: 'string' };
  return { kind: 'string', format: /[Hhms]/.test(text.replace(/'[^']*'/g, '')) ? 'date-time' : 'date' };
}
