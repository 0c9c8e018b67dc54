import { BusError } from '../../../runtime/contracts/errors.ts';
import type { LookupTables } from '../../../runtime/contracts/expression.ts';
import { type CompileOptions, compileExpression } from '../../../runtime/expressions/compile.ts';
import { fc } from '../../properties.ts';
import { decimal, document, integer, list, object, report, scope, text } from './logical.ts';

const lookups: LookupTables = new Map([['subjects', new Map([['pothole', 'PH']])]]);

function evaluated(expression: string, options: CompileOptions = {}, values: object = { report: document }): unknown {
  const compiled = compileExpression(expression, scope, { lookups, ...options });
  expect(compiled.problems).toEqual([]);
  return compiled.expression!.evaluate(values as Record<string, unknown>);
}

function problemsOf(expression: string, options: CompileOptions = {}) {
  const compiled = compileExpression(expression, scope, { lookups, ...options });
  expect(compiled.expression === undefined).toBe(compiled.problems.length > 0);
  return compiled.problems;
}

function failureOf(expression: string, values: object = { report: document }): BusError {
  try {
    evaluated(expression, {}, values);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BusError);
    return thrown as BusError;
  }
  throw new Error(`${expression} did not fail`);
}

describe('values', () => {
  test.each<[string, unknown]>([
    ['report.id', 'R1'],
    ['report["id"]', 'R1'],
    ['report.id + "-" + report.category', 'R1-pothole'],
    ['3 + 4 * 2', 11],
    ['7 / 2', 3.5],
    ['7 % 4', 3],
    ['-report.size', -3],
    ['-(report.size - 3)', 0],
    ['0 * -1', 0],
    ['report.size == 3.0', true],
    ['report.size < 5000000', true],
    ['report.ratio * 4 == 2', true],
    ['0.1 + 0.2 == 0.3', false],
    ['decimal("0.1") + decimal("0.2") == decimal("0.3")', true],
    ['report.amount * 2', '25.00'],
    ['report.amount * 1.5', '18.750'],
    ['report.amount - 0.5', '12.00'],
    ['report.amount / 4', '3.125'],
    ['report.amount / 3', '4.16666666666666666667'],
    ['report.amount % 5', '2.50'],
    ['-report.amount', '-12.50'],
    ['report.amount == 12.5', true],
    ['report.amount < report.size', false],
    ['report.amount in [1, 12.5]', true],
    ['report.size > 9 ? report.amount : 0', '0'],
    ['coalesce(report.deposit, 0)', '0'],
    ['max(report.amount, 40)', '40'],
    ['[1, report.amount]', ['1', '12.50']],
    ['[1, 2] + [3]', [1, 2, 3]],
    ['{"a": report.size, "b": [report.id]}', { a: 3, b: ['R1'] }],
    ['{"a": report.note}', {}],
    ['report.size > 2 ? "big" : "small"', 'big'],
    ['report.size in [1, 2, 3]', true],
    ['report.category in ["litter"]', false],
    ['"x" in report.tags', true],
    ['"number" in report.extra', true],
    ['"toString" in report.extra', false],
    ['report.photos.map(p, p.url)', ['a', 'b']],
    ['report.photos.map(p, p.size > 2, p.url)', ['b']],
    ['report.photos.filter(p, p.size > 2)', [{ url: 'b', size: 9, name: 'B' }]],
    ['report.photos.all(p, p.size > 0)', true],
    ['report.photos.exists(p, p.size == report.size * 3)', true],
    ['report.photos.exists_one(p, p.size > 0)', false],
    [
      'report.photos.map(p, report.tags.map(t, p.url + t))',
      [
        ['ax', 'ay'],
        ['bx', 'by'],
      ],
    ],
    ['report.photos[1].url', 'b'],
    ['report.photos.size()', 2],
    ['size(report.id)', 2],
    ['report.id.startsWith("R") && !report.id.endsWith("R")', true],
    ['report.id.matches("^R[0-9]+$")', true],
    ['report.extra.number + 1', 8],
    ['report.extra["odd-name"]', 'odd'],
    ['report.extra.words[0] + "q"', 'pq'],
    ['lookup("subjects", report.category)', 'PH'],
    ['lookup("subjects", report.id, "other")', 'other'],
    ['sum(report.photos.map(p, p.size))', 10],
    ['sum(report.photos.map(p, report.amount))', '25.00'],
    ['max(report.size, report.ratio)', 3],
    ['true || report.urgent', true],
    ['[{"a": 1}] == [{"a": 1}]', true],
  ])('%s', (expression, expected) => {
    expect(evaluated(expression)).toEqual(expected);
  });
});

describe('what is not there', () => {
  test.each<[string, unknown]>([
    ['report.note', null],
    ['report.reporter.email', null],
    ['report.photos[7].url', null],
    ['report.extra.no.such.thing', null],
    ['report.extra.toString', null],
    ['report.extra.constructor', null],
    ['report.note == null', true],
    ['report.note != "x"', true],
    ['report.deposit == 1', false],
    ['report.deposit != null', false],
    ['has(report.note)', false],
    ['has(report.reporter.name)', false],
    ['has(report.id)', true],
    ['upper(report.note)', null],
    ['coalesce(report.note, "none")', 'none'],
    ['has(report.note) ? upper(report.note) : "none"', 'none'],
    ['concat(report.id, " ", report.note)', 'R1 '],
    ['has(report.urgent) && report.urgent', false],
    ['min(report.photos.filter(p, p.size > 99).map(p, p.size))', null],
  ])('%s', (expression, expected) => {
    expect(evaluated(expression)).toBe(expected);
  });

  test.each([
    ['report.note + "x"', 'report.note is absent'],
    ['report.deposit < 3', 'report.deposit is absent'],
    ['report.urgent && true', 'report.urgent is absent'],
    ['-report.deposit', 'report.deposit is absent'],
    ['report.extra.nothing > 3', 'report.extra.nothing is absent'],
    ['1 / (report.size - 3)', 'division by zero'],
    ['report.amount / 0', 'division by zero'],
    ['9007199254740991 + report.size', 'the result is too large to be exact; use decimal(...)'],
    ['upper(report.extra.number)', 'report.extra.number cannot be used as text: it is not text'],
    ['report.extra.words + 1', '"+" wants numbers'],
    ['number(report.id)', '"R1" is not a number'],
    ['integer(1.5)', '1.5 is not a whole number'],
    ['date(report.id, "UTC", "yyyy")', '"R1" is not an ISO date such as 2026-07-01 or 2026-07-01T08:30:00Z'],
    ['date("2026-02-29", "UTC", "yyyy")', '"2026-02-29" is not a date of the calendar'],
    ['padLeft(report.id, 20000)', 'a text is not filled to more than 10000 characters'],
  ])('%s fails', (expression, reason) => {
    const { code, kind, message } = failureOf(expression);
    expect({ code, kind, message }).toEqual({
      code: 'EXPRESSION_FAILED',
      kind: 'message',
      message: `The expression \`${expression}\` failed: ${reason}.`,
    });
  });

  test('a missing key names table and key', () => {
    const { code, message } = failureOf('lookup("subjects", report.id)');
    expect([code, message]).toEqual(['LOOKUP_MISS', 'The lookup table subjects has no key "R1".']);
  });
});

describe('problems', () => {
  test.each<[string, string, number, string | undefined]>([
    ['reprot.id', 'Unknown name "reprot"', 0, 'report'],
    ['"a" + report.idd', 'report has no field "idd"', 13, 'id'],
    ['report.reporter.nam', 'report.reporter has no field "nam"', 16, 'name'],
    ['report.photos.url', 'report.photos is a list of objects and has no field "url"', 14, 'report.photos[0].url'],
    ['report.id.x', 'report.id is text and has no field "x"', 10, 'report.id'],
    ['report.size + report.id', '"+" does not work on a whole number and text', 0, 'string(report.size)'],
    ['report.id * 2', '"*" does not work on text and a whole number', 0, 'number(report.id)'],
    ['report.id == 3', 'Text cannot be compared with a whole number', 13, '"3"'],
    ['report.id < 3', 'Text cannot be compared with a whole number', 12, '"3"'],
    ['report.photos > 3', '">" does not work on a list of objects', 0, undefined],
    ['report.category == "pothol"', 'report.category is never "pothol"', 19, 'pothole'],
    ['report.category in ["pothole", "liter"]', 'report.category is never "liter"', 31, 'litter'],
    ['report.id ? 1 : 2', 'What stands before ? must be true or false, not text', 0, 'report.id == "..."'],
    ['!report.id', 'What stands after ! must be true or false, not text', 1, 'report.id == "..."'],
    ['uper(report.id)', 'There is no function uper', 0, 'upper'],
    ['report.id.uper()', 'There is no function uper', 0, 'upper'],
    ['upper()', 'upper takes 1 argument, not 0', 0, 'upper(text)'],
    ['truncate(report.id)', 'truncate takes 2 arguments, not 1', 0, 'truncate(text, length)'],
    ['upper(report.size)', 'upper wants text as text, not a whole number', 6, 'string(report.size)'],
    ['"a" in "abc"', '"in" wants a list, not text', 7, undefined],
    ['date("2026-01-01", "Europe/Londn", "dd")', 'There is no time zone "Europe/Londn"', 19, 'Europe/London'],
    ['date("2026-01-01", "UTC", "DD/MM/YYYY")', '"DD" is not a part of a date pattern; write dd', 26, '"dd/MM/yyyy"'],
    ['lookup("subject", report.id)', 'There is no lookup table "subject"', 7, 'subjects'],
    ['lookup(report.id, report.id)', 'The table must be written as a text', 7, undefined],
    ['report.id.matches("(a")', 'The pattern cannot be used: a "(" is not closed', 18, undefined],
    ['sum(report.photos)', 'Numbers are wanted here, not a list of objects', 4, undefined],
    ['report.photos.map(report, 1)', 'The name "report" is taken already', 18, undefined],
    ['report.id.map(x, x)', 'report.id is text, not a list', 0, '[report.id].map'],
    ['report.__proto__', 'There is no field __proto__', 7, undefined],
    ['{"__proto__": 1}', 'A field cannot be called __proto__', 1, undefined],
    ['99999999999999999999', 'The number has too many digits to be exact', 0, undefined],
    ['1e999', 'Invalid number: Infinity', 0, undefined],
    ['report.id +', 'Unexpected token: the end', 11, 'report.id'],
    ['report.size = 3', 'Unexpected character: =', 12, 'report.size == 3'],
    ['"abc', 'Unterminated string', 0, '"abc"'],
    ['', 'The expression is empty', 0, '""'],
    ['(('.repeat(100), 'Exceeded maxDepth (60)', 60, undefined],
  ])('%s', (expression, message, offset, suggestion) => {
    const [first, ...rest] = problemsOf(expression);
    expect(rest).toEqual([]);
    expect({ message: first?.message, offset: first?.offset, suggestion: first?.suggestion }).toEqual({
      message,
      offset,
      suggestion,
    });
    expect(first?.help).toMatch(/\.$/);
  });

  test('all of them are told, each once', () => {
    const found = problemsOf('uper(report.idd) + lower(report.size) + nme');
    expect(found.map(({ message }) => message)).toEqual([
      'There is no function uper',
      'lower wants text as text, not a whole number',
      'Unknown name "nme"',
    ]);
  });
});

describe('the type that is wanted', () => {
  test.each<[string, CompileOptions['expected'], string]>([
    ['report.size', text, 'This gives a whole number, where text is wanted'],
    ['report.ratio', integer, 'This gives a number, where a whole number is wanted'],
    ['report.amount', integer, 'This gives a decimal, where a whole number is wanted'],
    ['report.photos', text, 'This gives a list of objects, where text is wanted'],
    ['report.id', list(text), 'This gives text, where a list of texts is wanted'],
    ['report.reported', { kind: 'string', format: 'date' }, 'This gives a date-time, where a date is wanted'],
    ['{"a": 1}', object({ b: integer }), 'This gives an object without b, where an object is wanted'],
    ['{"b": "x"}', object({ b: integer }), 'This gives an object whose b is text, where an object is wanted'],
  ])('%s', (expression, expected, message) => {
    expect(problemsOf(expression, { expected: expected! }).map((found) => found.message)).toEqual([message]);
  });

  test('numbers become decimals', () => {
    expect(evaluated('report.size', { expected: decimal })).toBe('3');
    expect(evaluated('1.0e-7', { expected: decimal })).toBe('0.0000001');
    expect(evaluated('[1, 2.5]', { expected: list(decimal) })).toEqual(['1', '2.5']);
    expect(evaluated('report', { expected: report })).toBe(document);
  });
});

describe('bounds', () => {
  test('loops are counted', () => {
    const many = Array.from({ length: 2000 }, (_, index) => index);
    const values = { report: { ...document, extra: many } };
    expect(failureOf('report.extra.map(a, report.extra.map(b, a + b))', values).message).toContain(
      'more than 1000000 steps',
    );
  });

  test('a catastrophic pattern takes no time', () => {
    const long = { report: { ...document, id: `${'a'.repeat(5000)}!` } };
    expect(evaluated('report.id.matches("^(a+)+$")', {}, long)).toBe(false);
  });

  test('long chains neither crash nor hang', () => {
    const chain = Array.from({ length: 900 }, () => 'true').join(' && ');
    expect(evaluated(chain)).toBe(true);
    expect(problemsOf(`${chain} && ${chain}`)).not.toEqual([]);
  });
});

describe('any text', () => {
  const words = [
    'report',
    '.',
    'id',
    'photos',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '"a"',
    '1',
    '2.5',
    '+',
    '-',
    '/',
    '%',
    '==',
    '<',
  ]
    .concat([
      'in',
      '&&',
      '||',
      '!',
      '?',
      ':',
      ',',
      'map',
      'has',
      'upper',
      'lookup',
      'date',
      'null',
      'x',
      '\\',
      "'",
      'b"x"',
      '1u',
    ])
    .concat(['matches', 'sum', 'extra', '__proto__', 'constructor', 'size', 'amount', 'cel', 'bind', 'dyn']);
  const check = (expression: string) => {
    const compiled = compileExpression(expression, scope, { lookups });
    for (const { offset } of compiled.problems) {
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(expression.length);
    }
    expect(compiled.expression === undefined).toBe(compiled.problems.length > 0);
    try {
      const value = compiled.expression?.evaluate({ report: document });
      expect(typeof value).not.toBe('bigint');
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(BusError);
    }
  };

  test('compiles or has problems, and fails only as it should', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), check), { numRuns: 300 });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((parts) => parts.join(' ')),
        check,
      ),
      {
        numRuns: 3000,
      },
    );
  });
});
