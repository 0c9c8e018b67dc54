/** How many days lie between two dates; negative where the second is earlier. */
import { dayOf } from '../dates/days.ts';
import type { ExpressionFunction } from '../function.ts';

export const daysBetween: ExpressionFunction = {
  name: 'daysBetween',
  summary: 'How many days lie between two dates; negative where the second is earlier.',
  example: { text: 'daysBetween("2026-02-27", "2026-03-01")', gives: 2 },
  parameters: [
    { name: 'from', kind: 'string' },
    { name: 'to', kind: 'string' },
  ],
  returns: { kind: 'integer' },
  run: (from: string, to: string) => dayOf(to) - dayOf(from),
};
