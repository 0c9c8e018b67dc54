/** Segments with parameters: what matches, and that no text takes long. */
import { segmentMatcher } from '../../../runtime/contracts/path-template.ts';

test.each([
  ['a', 'a', []],
  ['a', 'ab', undefined],
  ['{id}', 'x y', ['x y']],
  ['{id}', '', undefined],
  ['{name}.{format}', 'a.b.png', ['a.b', 'png']],
  ['{name}.{format}', '.png', undefined],
  ['{name}.{format}', 'a.', undefined],
  ['v{major}-{minor}x', 'v1-2-3x', ['1-2', '3']],
  ['v{major}-{minor}x', 'v1x', undefined],
  ['{a}{b}', 'xyz', ['xy', 'z']],
  ['({id})', '(7)', ['7']],
])('%s and %j', (segment, text, values) => {
  expect(segmentMatcher(segment)(text)).toEqual(values);
});

test('a text that nearly matches in a billion ways', () => {
  expect(segmentMatcher('{a}-{b}-{c}-{d}-{e}!')('-'.repeat(16_000))).toBeUndefined();
});
