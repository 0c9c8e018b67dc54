import { compileExpression } from '../../../runtime/expressions/compile.ts';
import { signatureOf } from '../../../runtime/expressions/function.ts';
import { functions } from '../../../runtime/expressions/functions/index.ts';

const lookups = new Map([['subjects', new Map([['pothole', 'PH']])]]);

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
  ])('%s', (text, expected) => {
    expect(evaluated(text)).toEqual(expected);
  });
});
