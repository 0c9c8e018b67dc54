/** Texts by their characters: no character is ever cut in two, whatever its encoding takes. */
import { fail } from './failure.ts';

const HAS_PAIRS = /[\ud800-\udfff]/;

export const charactersOf = (text: string): string[] => (HAS_PAIRS.test(text) ? Array.from(text) : text.split(''));

const LONGEST_PADDING = 10_000;

/** What is missing to `length` characters, made of `fill`. */
export function padding(text: string, length: number, fill: string): string {
  if (length > LONGEST_PADDING) fail(`a text is not filled to more than ${LONGEST_PADDING} characters`);
  if (fill === '') fail('the text to fill with is empty');
  const missing = length - charactersOf(text).length;
  return missing <= 0 ? '' : charactersOf(fill.repeat(missing)).slice(0, missing).join('');
}
