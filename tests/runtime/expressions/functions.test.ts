import { compileExpression } from '../../../runtime/expressions/compile.ts';
import { signatureOf } from '../../../runtime/expressions/function.ts';
import { functions } from '../../../runtime/expressions/functions/index.ts';
import { calendars } from './england.ts';

const lookups = Object.assign(new Map([['subjects', new Map([['pothole', 'PH']])]]), { calendars });

const evaluated = (text: string) => {
  const { expression, problems } = compileExpression(text, new Map(), { lookups });
  expect(problems).toEqual([]);
  return expression!.evaluate({});
};

describe.each([...functions.values()])('$name', (entry) => {
  test('gives what its example says', () => {
    expect(entry.example.text).toMatch(new RegExp(`\\b${entry.name}\\(`));
    expect(evaluated(entry.example.text)).toEqual(entry.example.gives);
  });

  test('is told about in one sentence and has a signature', () => {
    expect(entry.summary).toMatch(/^[A-Z][^\n]{10,150}\.$/);
    expect(signatureOf(entry)).toMatch(/^\w+\([\w?, .]*\)$/);
  });
});

describe('at the edges', () => {
  test.each<[string, unknown]>([
    ['truncate("Zoë 🙂🙂", 5)', 'Zoë 🙂'],
    ['truncate("ab", -1)', ''],
    ['left("🙂a", 1)', '🙂'],
    ['right("abc", 0)', ''],
    ['right("abc", 9)', 'abc'],
    ['substring("abc", 1)', 'bc'],
    ['substring("abc", 2, 1)', ''],
    ['replace("a.b.c", ".", "$&")', 'a$&b$&c'],
    ['replace("abc", "", "x")', 'abc'],
    ['padLeft("12345", 3, "0")', '12345'],
    ['padLeft("1", 4, "ab")', 'aba1'],
    ['split("", ",")', ['']],
    ['join([1, 2.5, true], "/")', '1/2.5/true'],
    ['round(2.5)', 3],
    ['round(-2.5)', -3],
    ['round(1.005, 2)', 1.01],
    ['round(decimal("1"), 2)', '1.00'],
    ['divide(1, 8, 2)', '0.12'],
    ['divide(3, 8, 2)', '0.38'],
    ['sum([])', 0],
    ['sum([decimal("0.1"), 2])', '2.1'],
    ['min([decimal("0.10"), decimal("0.1")])', '0.10'],
    ['string(true)', 'true'],
    ['number(decimal("1.50"))', 1.5],
    ['integer(decimal("2.00"))', 2],
    ['decimal(" 1e3 ")', '1000'],
    ['isUprn("0000100012345678")', true],
    ['isUprn("1000123456789")', false],
    ['isUprn("12a")', false],
    ['isPostcode("NM1 1A")', false],
    ['postcode(" sw1a  1aa ")', 'SW1A 1AA'],
    ['addDays("2026-03-01T10:00:00Z", -1)', '2026-02-28T10:00:00Z'],
    ['daysBetween("2026-03-28T23:00:00Z", "2026-03-30")', 2],
    ['lookup("subjects", null)', null],
    ['coalesce(null, null)', null],
    ['isNino("QQ123456C")', false],
    ['isNino("AB123456")', true],
    ['isNino("BG123456A")', false],
    ['nino("ab 12 34 56")', 'AB 12 34 56'],
    ['isVatNumber("GB980780685")', false],
    ['isVatNumber("GB980780684001")', true],
    ['isNhsNumber("9434765918")', false],
    ['isNhsNumber("943476591")', false],
    ['isUsrn("123456789")', false],
    ['isCompanyNumber("1234567")', false],
    ['sortCode("01-02 03")', '01-02-03'],
    ['phone("+44 (0)1632 960114")', '+441632960114'],
    ['phone("01632 96011")', '+44163296011'],
    ['indexOf("🙂a", "a")', 1],
    ['indexOf("abc", "x")', -1],
    ['capitalize("o\'neill-smith of zoë")', "O'neill-Smith Of Zoë"],
    ['floor(decimal("-2.5"))', -3],
    ['floor(decimal("-2.00"))', -2],
    ['ceiling(decimal("-2.5"))', -2],
    ['ceiling(decimal("2.0001"))', 3],
    ['ceiling(-0.5)', 0],
    ['average([decimal("0.10"), decimal("0.20")])', 0.15],
    ['average([])', null],
    ['formatNumber(decimal("-1234.5"), 1)', '-1,234.5'],
    ['formatNumber(999, 0)', '999'],
    ['character(128578)', '🙂'],
    ['fromHex("-ff")', -255],
    ['addMonths("2024-01-31T10:00:00Z", 1)', '2024-02-29T10:00:00Z'],
    ['addMonths("2026-03-15", -15)', '2024-12-15'],
    ['yearsBetween("2026-02-28", "2026-02-28")', 0],
    ['yearsBetween("2008-02-29", "2026-03-01")', 18],
    ['yearsBetween("2026-03-01", "2008-02-29")', -18],
    ['distinct([{"a": 1}, {"a": 1}, {"a": 2}])', [{ a: 1 }, { a: 2 }]],
    ['first([])', null],
    ['[3, 1, 2].sortBy(n, n)', [1, 2, 3]],
    ['["b", "a"].sortByDescending(t, t)', ['b', 'a']],
    ['[{"k": "b", "n": 1}, {"k": "a", "n": 2}, {"k": "b", "n": 3}].sortBy(x, x.k).map(x, x.n)', [2, 1, 3]],
    ['[decimal("10"), decimal("9.5")].sortBy(d, d)', ['9.5', '10']],
    [
      '[{"k": "b", "n": 1}, {"k": "a", "n": 2}, {"k": "b", "n": 3}].groupBy(x, x.k).map(g, g.key + string(sum(g.items.map(i, i.n))))',
      ['b4', 'a2'],
    ],
  ])('%s', (text, expected) => {
    expect(evaluated(text)).toEqual(expected);
  });
});

test.each([
  'nino("nothing")',
  'sortCode("12345")',
  'phone("12345")',
  'sqrt(-1)',
  'log10(0)',
  'power(10, 400)',
  'character(55296)',
  'characterCode("")',
  'fromHex("xyz")',
  'addMonths("2026-01-31", 100000)',
])('%s has no result', (text) => {
  const { expression, problems } = compileExpression(text, new Map(), { lookups });
  expect(problems).toEqual([]);
  expect(() => expression!.evaluate({})).toThrow(expect.objectContaining({ code: 'EXPRESSION_FAILED' }));
});

test.each([
  ['[[1], [2]].sortBy(x, x)', 'the key of sortBy is a single value'],
  ['[1].groupBy(x)', 'groupBy takes a name and what to do with it'],
])('%s is found before it runs', (text, message) => {
  const { problems } = compileExpression(text, new Map(), { lookups });
  expect(problems.map((problem) => problem.message).join()).toContain(message);
});
