/** Whether some part of the text fits a pattern. Takes time in proportion to the text, whatever the pattern. */
import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';
import { createMatcher } from '../patterns/match-pattern.ts';
import { parsePattern } from '../patterns/parse-pattern.ts';

export const matches: ExpressionFunction = {
  name: 'matches',
  summary: 'Whether some part of the text fits a regular expression, which must be written as a text.',
  example: { text: '"W1234".matches("^W[0-9]{4}$")', gives: true },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'pattern', kind: 'string' },
  ],
  returns: { kind: 'boolean' },
  prepare: ([, pattern]) => {
    const text = pattern?.literal?.value;
    if (typeof text !== 'string') return trouble('The pattern must be written as a text');
    const parsed = parsePattern(text);
    if ('reason' in parsed) return trouble(`The pattern cannot be used: ${parsed.reason}`);
    const matcher = createMatcher(parsed.program);
    return { counted: (count, value: string) => matcher(value, count) };
  },
  run: () => fail('matches: the pattern must be written as a text'),
};

const trouble = (message: string) => ({
  problem: {
    argument: 1,
    message,
    help: 'Use characters, classes, groups, alternatives, anchors and repetition; no references and no look-around.',
  },
});
