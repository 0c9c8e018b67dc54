import { BusError } from '../../../runtime/contracts/errors.ts';
import type { LogicalType } from '../../../runtime/contracts/schema.ts';
import { compileExpression } from '../../../runtime/expressions/compile.ts';
import { functions } from '../../../runtime/expressions/functions/index.ts';
import { fc } from '../../properties.ts';
import { document, scope } from './logical.ts';

const lookups = new Map([['subjects', new Map([['pothole', 'PH']])]]);

const leaves = fc.constantFrom(
  ...[
    'report.id',
    'report.size',
    'report.ratio',
    'report.amount',
    'report.photos',
    'report.tags',
    'report.extra',
    'report.note',
  ],
  ...[
    'report.deposit',
    'report.urgent',
    'report.reporter.name',
    'report.extra.number',
    'null',
    '1',
    '2.5',
    '-1',
    '"a"',
    'true',
  ],
  ...['"2026-01-01"', '"UTC"', '"dd"', '"subjects"', '[]', '[1, report.amount]', '{"a": 1}', 'decimal("1.5")'],
);
const operators = fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', 'in', '&&', '||');

const expressions = fc.letrec<{ any: string }>((tie) => {
  const inner = tie('any');
  return {
    any: fc.oneof(
      { depthSize: 'small' },
      leaves,
      fc.tuple(inner, operators, inner).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc
        .tuple(fc.constantFrom(...functions.keys()), fc.array(inner, { minLength: 1, maxLength: 3 }))
        .map(([name, args]) => `${name}(${args.join(', ')})`),
      fc
        .tuple(inner, fc.constantFrom('map', 'filter', 'all', 'exists', 'exists_one'), inner)
        .map(([of, macro, body]) => `${of}.${macro}(item, ${body})`),
      fc.tuple(inner, inner, inner).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
      fc.tuple(inner, inner).map(([of, at]) => `${of}[${at}]`),
      inner.map((of) => `!${of}`),
      inner.map((of) => `-${of}`),
    ),
  };
}).any;

function fits(value: unknown, type: LogicalType): boolean {
  if (value === null || type.kind === 'any') return value !== undefined && typeof value !== 'bigint';
  if (type.kind === 'list') return Array.isArray(value) && value.every((item) => fits(item, type.of));
  if (type.kind === 'object') return typeof value === 'object' && !Array.isArray(value);
  if (type.kind === 'integer') return Number.isSafeInteger(value);
  if (type.kind === 'decimal') return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
  return typeof value === type.kind;
}

test('what compiles gives a plain value of the type that it says, or fails as it should', () => {
  let evaluated = 0;
  fc.assert(
    fc.property(expressions, (text) => {
      const { expression, problems } = compileExpression(text, scope, { lookups });
      expect(expression === undefined).toBe(problems.length > 0);
      if (!expression) return;
      evaluated += 1;
      try {
        const value = expression.evaluate({ report: document });
        expect([text, value, fits(value, expression.type)]).toEqual([text, value, true]);
      } catch (thrown) {
        if (!(thrown instanceof BusError)) throw thrown;
        expect(thrown.message).not.toMatch(/is not a function|Cannot |undefined|BigInt|Invalid/);
      }
    }),
    { numRuns: 6000 },
  );
  expect(evaluated).toBeGreaterThan(300);
});
