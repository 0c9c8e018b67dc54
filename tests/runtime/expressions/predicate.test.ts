import type { Scalar } from '../../../runtime/contracts/message.ts';
import type { Condition, Predicate } from '../../../runtime/contracts/routing.ts';
import type { LogicalType } from '../../../runtime/contracts/schema.ts';
import { compilePredicate } from '../../../runtime/expressions/predicate.ts';
import { fc } from '../../properties.ts';
import { boolean, decimal, integer, number, oneOf, text } from './logical.ts';

const properties = new Map<string, LogicalType>([
  ['report.category', oneOf('pothole', 'litter')],
  ['report.id', text],
  ['size', integer],
  ['ratio', number],
  ['urgent', boolean],
  ['amount', decimal],
  ['seen', { kind: 'string', format: 'date-time' }],
]);

const condition = (property: string, op: Condition['op'], value?: Scalar): Condition =>
  value === undefined ? { property, op } : { property, op, value };

test.each<[string, Predicate]>([
  ['message.type == "works-enquiry"', [[condition('message.type', '=', 'works-enquiry')]]],
  ['bus.receivePort == "reports"', [[condition('bus.receivePort', '=', 'reports')]]],
  ['"x" == report.id', [[condition('report.id', '=', 'x')]]],
  ['5 < size', [[condition('size', '>', 5)]]],
  ['size >= -1', [[condition('size', '>=', -1)]]],
  ['size == 3.0', [[condition('size', '=', 3)]]],
  ['has(report.id)', [[condition('report.id', 'exists')]]],
  ['urgent', [[condition('urgent', '=', true)]]],
  ['!urgent', [[condition('urgent', '=', false)]]],
  ['amount == "12.50"', [[condition('amount', '=', '12.50')]]],
  ['seen >= "2026-07-01T01:00:00+01:00"', [[condition('seen', '>=', '2026-07-01T00:00:00.000Z')]]],
  ['true', [[]]],
  [
    'report.category in ["pothole", "litter"]',
    [[condition('report.category', '=', 'pothole')], [condition('report.category', '=', 'litter')]],
  ],
  ['!(report.category in ["pothole"])', [[condition('report.category', '!=', 'pothole')]]],
  ['!(size > 3 || urgent)', [[condition('size', '<=', 3), condition('urgent', '=', false)]]],
  [
    '(size == 1 || size == 2) && (size == 1 || urgent)',
    [
      [condition('size', '=', 1)],
      [condition('size', '=', 1), condition('urgent', '=', true)],
      [condition('size', '=', 2), condition('urgent', '=', true)],
    ],
  ],
])('%s', (filter, predicate) => {
  expect(compilePredicate(filter, properties)).toEqual({ predicate, problems: [] });
});

test.each<[string, string, number, string | undefined]>([
  ['report.categry == "pothole"', 'There is no promoted property report.categry', 0, 'report.category'],
  ['has(report.ids)', 'There is no promoted property report.ids', 4, 'report.id'],
  ['report.category == "pothol"', 'report.category is never "pothol"', 19, 'pothole'],
  ['size == "3"', 'size is a whole number, and is never "3"', 8, '3'],
  ['report.id == 3', 'report.id is text, and is never 3', 13, '"3"'],
  ['urgent == "true"', 'urgent is true or false, and is never "true"', 10, 'true'],
  ['amount > 3', 'amount cannot be ordered in a filter: its digits are carried as text', 9, undefined],
  ['report.id', 'report.id is text, not true or false', 0, 'report.id == "..."'],
  ['!has(report.id)', 'A filter cannot ask for a property to be absent', 1, undefined],
  ['report.id.startsWith("x")', 'A filter cannot express report.id.startsWith("x")', 0, undefined],
  ['size + 1 == 2', 'A filter cannot express size + 1', 0, undefined],
  ['urgent ? true : false', 'A filter cannot express urgent ? true : false', 0, undefined],
  ['report.id == report.category', 'A filter compares a property with a value', 0, undefined],
  ['1 == 1', 'Both sides are values', 0, undefined],
  ['report.id in size', '"in" wants a list of values', 13, undefined],
  ['size == 1 && size == 2', 'The filter can never be true', 0, undefined],
  ['size > 5 && size < 3', 'The filter can never be true', 0, undefined],
  ['size > 5 && size <= 5', 'The filter can never be true', 0, undefined],
  ['size == 5 && size != 5', 'The filter can never be true', 0, undefined],
  ['urgent && !urgent', 'The filter can never be true', 0, undefined],
  ['report.id in []', 'The filter can never be true', 0, undefined],
  ['false', 'The filter can never be true', 0, undefined],
  ['(', 'Unexpected token: the end', 1, undefined],
])('%s is refused', (filter, message, offset, suggestion) => {
  const { predicate, problems } = compilePredicate(filter, properties);
  expect(predicate).toBeUndefined();
  const [first] = problems;
  expect([first?.message, first?.offset, first?.suggestion]).toEqual([message, offset, suggestion]);
});

test('message types are checked where they are known', () => {
  const known = new Map([...properties, ['message.type', oneOf('works-enquiry')]]);
  expect(compilePredicate('message.type == "works-enquirey"', known).problems[0]?.suggestion).toBe('works-enquiry');
});

test('all problems are told', () => {
  expect(compilePredicate('size == "a" && nme == 1 || urgent == 3', properties).problems).toHaveLength(3);
});

test('a filter that would grow too large is refused at once', () => {
  const filter = Array.from({ length: 40 }, (_, index) => `(size == ${index} || ratio == ${index} || urgent)`).join(
    ' && ',
  );
  expect(compilePredicate(filter, properties).problems[0]?.message).toContain('too complex');
});

describe('the normal form means what the filter says', () => {
  type Tree = { readonly filter: string; readonly holds: (size: number, ratio: number) => boolean };
  const leaf = fc
    .tuple(
      fc.constantFrom('size', 'ratio'),
      fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(
      ([name, op, value]): Tree => ({
        filter: `${name} ${op} ${value}`,
        holds: (size, ratio) => compare(name === 'size' ? size : ratio, op, value),
      }),
    );
  const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.tuple(tie('tree'), tie('tree')).map(
        ([a, b]): Tree => ({
          filter: `(${a.filter} && ${b.filter})`,
          holds: (x, y) => a.holds(x, y) && b.holds(x, y),
        }),
      ),
      fc.tuple(tie('tree'), tie('tree')).map(
        ([a, b]): Tree => ({
          filter: `(${a.filter} || ${b.filter})`,
          holds: (x, y) => a.holds(x, y) || b.holds(x, y),
        }),
      ),
      tie('tree').map((a): Tree => ({ filter: `!(${a.filter})`, holds: (x, y) => !a.holds(x, y) })),
    ),
  })).tree;

  test('for every value', () => {
    fc.assert(
      fc.property(tree, ({ filter, holds }) => {
        const { predicate = [], problems } = compilePredicate(filter, properties);
        if (problems[0]?.message.includes('complex')) return;
        for (let size = -1; size <= 4; size += 1)
          for (let ratio = -1; ratio <= 4; ratio += 1)
            expect([filter, size, ratio, matches(predicate, { size, ratio })]).toEqual([
              filter,
              size,
              ratio,
              holds(size, ratio),
            ]);
      }),
    );
  });
});

function compare(a: Scalar, op: string, b: Scalar): boolean {
  if (op === '=' || op === '==') return a === b;
  if (op === '!=') return a !== b;
  if (op === '<') return a < b;
  if (op === '<=') return a <= b;
  return op === '>' ? a > b : a >= b;
}

const matches = (predicate: Predicate, values: Record<string, Scalar>) =>
  predicate.some((all) => all.every(({ property, op, value }) => compare(values[property]!, op, value!)));
