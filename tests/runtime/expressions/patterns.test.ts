import { matchPattern } from '../../../runtime/expressions/patterns/match-pattern.ts';
import { parsePattern } from '../../../runtime/expressions/patterns/parse-pattern.ts';
import { fc } from '../../properties.ts';

function matches(pattern: string, text: string): boolean {
  const parsed = parsePattern(pattern);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return matchPattern(parsed.program, text);
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

test('it finds what a JavaScript regular expression finds', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '1', 'é', '.', ' '), maxLength: 8 });
  fc.assert(
    fc.property(alternatives, texts, (pattern, text) => {
      expect([pattern, text, matches(pattern, text)]).toEqual([pattern, text, new RegExp(pattern, 'u').test(text)]);
    }),
    { numRuns: 2000 },
  );
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
