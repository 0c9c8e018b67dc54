/** How one document differs from another, one line a difference, in words for people. */
const MOST = 50;

/** `Photos[0].Name: expected "a", got "b"`; empty where nothing differs. The order of keys does not matter. */
export function diff(expected: unknown, actual: unknown): readonly string[] {
  const lines: string[] = [];
  compare(expected, actual, '', lines);
  return lines.length <= MOST ? lines : [...lines.slice(0, MOST), `and ${lines.length - MOST} more differences`];
}

function compare(expected: unknown, actual: unknown, path: string, lines: string[]): void {
  if (Object.is(expected, actual)) return;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length);
    for (let index = 0; index < length; index += 1) compare(expected[index], actual[index], `${path}[${index}]`, lines);
  } else if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)]))
      compare(own(expected, key), own(actual, key), path === '' ? key : `${path}.${key}`, lines);
  } else {
    lines.push(`${path || 'the document'}: expected ${shown(expected)}, got ${shown(actual)}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (value: Record<string, unknown>, key: string) => (Object.hasOwn(value, key) ? value[key] : undefined);

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
