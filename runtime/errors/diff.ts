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
    compareLists(expected, actual, path, lines);
  } else if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)]))
      compare(own(expected, key), own(actual, key), path === '' ? key : `${path}.${key}`, lines);
  } else {
    const [wanted, got] = around(expected, actual);
    lines.push(`${path || 'the document'}: expected ${wanted}, got ${got}`);
  }
}

/** What one list has before or behind what both have is told as such, and not as a difference of every item. */
function compareLists(expected: readonly unknown[], actual: readonly unknown[], path: string, lines: string[]): void {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  let end = 0;
  const least = Math.min(expected.length, actual.length);
  if (expected.length !== actual.length) {
    while (end < least && same(expected.at(-1 - end), actual.at(-1 - end))) end += 1;
    let start = 0;
    while (start < least - end && same(expected[start], actual[start])) start += 1;
    if (start + end < least) end = 0; // Items differ too: then they are told by their place.
  }
  const [wanted, got] = [expected.length - end, actual.length - end];
  for (let index = 0; index < Math.max(wanted, got); index += 1) {
    const [one, other] = [index < wanted ? expected[index] : undefined, index < got ? actual[index] : undefined];
    compare(one, other, `${path}[${index}]`, lines);
  }
}

/** Of two long texts the part where they begin to differ. */
function around(expected: unknown, actual: unknown): [string, string] {
  if (typeof expected !== 'string' || typeof actual !== 'string' || Math.max(expected.length, actual.length) < LONG) {
    return [shown(expected), shown(actual)];
  }
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at += 1;
  const from = Math.max(0, at - BEFORE);
  const part = (text: string) =>
    `${from > 0 ? '…' : ''}${JSON.stringify(text.slice(from, from + LONG))}${text.length > from + LONG ? '…' : ''}`;
  return [`${part(expected)} at character ${at + 1}`, part(actual)];
}

const LONG = 80;
const BEFORE = 20;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (value: Record<string, unknown>, key: string) => (Object.hasOwn(value, key) ? value[key] : undefined);

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
