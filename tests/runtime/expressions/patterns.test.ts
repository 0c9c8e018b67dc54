import { createMatcher, type Matcher } from '../../../runtime/expressions/patterns/match-pattern.ts';
import { parsePattern } from '../../../runtime/expressions/patterns/parse-pattern.ts';
import { fc } from '../../properties.ts';

function matcherOf(pattern: string): Matcher {
  const parsed = parsePattern(pattern);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return createMatcher(parsed.program);
}

const atoms = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '(?:a|b)',
  '(ab)',
  '1',
  'é',
  '\\.',
  '😀',
  '[^é]',
  'ab1',
  '^',
  '$',
);
const repeated = fc.tuple(atoms, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'));
const patterns = fc
  .array(
    repeated.map(([atom, times]) => (atom === '^' || atom === '$' ? atom : atom + times)),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const alternatives = fc.array(patterns, { minLength: 1, maxLength: 3 }).map((all) => all.join('|'));

const characters = fc.constantFrom('a', 'b', '1', 'é', '.', ' ', '😀', '\ud83d', '\ude00', '\n');

test('it finds what a JavaScript regular expression finds, whatever it has looked at before', () => {
  const texts = fc.array(fc.string({ unit: characters, maxLength: 8 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(alternatives, texts, (pattern, all) => {
      const [matcher, wanted] = [matcherOf(pattern), new RegExp(pattern, 'u')];
      const found = all.map((text) => [pattern, text, matcher(text)]);
      expect(found).toEqual(all.map((text) => [pattern, text, wanted.test(text)]));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of more states than are kept finds the same, and its work is counted', () => {
  const pattern = '(a|b)*a(a|b){13}c$';
  const chance = fc.sample(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 9000, maxLength: 9000 }), {
    numRuns: 3,
    seed: 4,
  });
  const matcher = matcherOf(pattern);
  for (const text of chance.flatMap((each) => [each, `${each}c`])) {
    let steps = 0;
    const found = matcher(text, (more) => {
      steps += more;
    });
    expect([found, steps > text.length]).toEqual([text.endsWith('c') && text.at(-15) === 'a', true]);
  }
});

test('a text that cannot fit any more is given up, and one without the beginning is not walked through', () => {
  const counted = (pattern: string, text: string) => {
    let steps = 0;
    expect(
      matcherOf(pattern)(text, (more) => {
        steps += more;
      }),
    ).toBe(false);
    return steps;
  };
  const text = 'High Street '.repeat(10_000);
  expect(counted('^W[0-9]{4}$', text)).toBeLessThan(10);
  expect(counted('W[0-9]{4}$', text)).toBe(0);
});

test.each([
  ['(a', 'a "(" is not closed'],
  ['a)', 'a ")" has no "("'],
  ['*a', 'there is nothing before "*" to repeat'],
  ['a**', 'one repetition directly follows another'],
  ['[a', 'a "[" is not closed'],
  ['[b-a]', 'a range of its characters is turned round or has no end'],
  ['a{3,1}', '{3,1} is turned round'],
  ['a{x}', 'a "{" is not followed by a count such as {2} or {1,3}'],
  ['(?=a)', 'look-around and named groups are not supported'],
  ['(a)\\1', '"\\1" is not supported'],
  ['a\\', 'it ends in a backslash'],
  ['((a{99}){99}){99}', 'it is too large'],
  ['('.repeat(80), 'its groups are nested too deep'],
])('%s is refused', (pattern, reason) => {
  expect(parsePattern(pattern)).toEqual({ reason });
});

test('any text is a pattern or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|^$\\-,0129:=<.') }), (pattern) => {
      expect(() => parsePattern(pattern)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});
