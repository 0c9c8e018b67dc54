/** Short ways to write logical types, and a scope and document that the tables of these tests share. */
import type { Scope } from '../../../runtime/contracts/expression.ts';
import type { LogicalType } from '../../../runtime/contracts/schema.ts';

export const text: LogicalType = { kind: 'string' };
export const integer: LogicalType = { kind: 'integer' };
export const number: LogicalType = { kind: 'number' };
export const decimal: LogicalType = { kind: 'decimal' };
export const boolean: LogicalType = { kind: 'boolean' };
export const any: LogicalType = { kind: 'any' };
export const list = (of: LogicalType): LogicalType => ({ kind: 'list', of });
export const oneOf = (...values: string[]): LogicalType => ({ kind: 'string', values });

/** Names that end in `?` are optional. */
export function object(fields: Readonly<Record<string, LogicalType>>, open = false): LogicalType {
  const entries = Object.entries(fields).map(
    ([name, type]) => [name.replace('?', ''), { type, required: !name.endsWith('?') }] as const,
  );
  return { kind: 'object', fields: () => new Map(entries), open };
}

export const report = object({
  id: text,
  category: oneOf('pothole', 'litter'),
  reported: { kind: 'string', format: 'date-time' },
  size: integer,
  ratio: number,
  amount: decimal,
  'note?': text,
  'urgent?': boolean,
  'deposit?': decimal,
  photos: list(object({ url: text, size: integer, 'name?': text })),
  'reporter?': object({ name: text, 'email?': text }),
  tags: list(text),
  extra: any,
});

export const scope: Scope = new Map([['report', report]]);

export const document = {
  id: 'R1',
  category: 'pothole',
  reported: '2026-07-01T08:30:00Z',
  size: 3,
  ratio: 0.5,
  amount: '12.50',
  photos: [
    { url: 'a', size: 1 },
    { url: 'b', size: 9, name: 'B' },
  ],
  tags: ['x', 'y'],
  extra: { number: 7, words: ['p'], 'odd-name': 'odd' },
};
