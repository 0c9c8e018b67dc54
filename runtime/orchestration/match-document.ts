/** Compares a document with what a test expects of it: fields that the test does not name may have any value. */
import { fieldOf, isPlain } from './plain.ts';

/** One line a difference, such as `place.owner is "county", expected "district"`. */
export function differences(found: unknown, expected: unknown, path = ''): string[] {
  if (isPlain(expected) && isPlain(found)) {
    return Object.entries(expected).flatMap(([name, value]) =>
      differences(fieldOf(found, name), value, path === '' ? name : `${path}.${name}`),
    );
  }
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    return expected.flatMap((value, index) => differences(found[index], value, `${path}[${index}]`));
  }
  if (JSON.stringify(found) === JSON.stringify(expected)) return [];
  return [`${path || 'the document'} is ${inWords(found)}, expected ${inWords(expected)}`];
}

/** Of what was found, the fields that the expectation names; all of it where the two are of different shape. */
export function projected(found: unknown, expected: unknown): unknown {
  if (isPlain(expected) && isPlain(found)) {
    const named = Object.keys(expected).filter((name) => Object.hasOwn(found, name));
    return Object.fromEntries(named.map((name) => [name, projected(found[name], expected[name])]));
  }
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length)
    return found.map((item, index) => projected(item, expected[index]));
  return found;
}

const inWords = (value: unknown) => (value === undefined ? 'absent' : JSON.stringify(value));
