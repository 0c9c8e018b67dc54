/** A date or date-time as it reads in a time zone, by a pattern such as dd/MM/yyyy HH:mm. */

import { checkPattern, checkZone } from '../dates/check-literals.ts';
import { formatDate } from '../dates/format-date.ts';
import { datePattern } from '../dates/pattern.ts';
import type { ExpressionFunction } from '../function.ts';

export const date: ExpressionFunction = {
  name: 'date',
  summary: 'A date or date-time as it reads in a time zone, by a pattern such as dd/MM/yyyy HH:mm.',
  example: { text: 'date("2026-07-01T08:30:00Z", "Europe/London", "dd/MM/yyyy HH:mm")', gives: '01/07/2026 09:30' },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'zone', kind: 'string' },
    { name: 'pattern', kind: 'string' },
  ],
  returns: { kind: 'string' },
  prepare: (args) => {
    const problem = checkZone(args, 1) ?? checkPattern(args, 2);
    const pattern = args[2]?.literal?.value;
    if (problem || typeof pattern !== 'string') return problem ? { problem } : {};
    const compiled = datePattern(pattern);
    return { run: (text: string, zone: string) => formatDate(text, zone, compiled) };
  },
  run: (text: string, zone: string, pattern: string) => formatDate(text, zone, datePattern(pattern)),
};
