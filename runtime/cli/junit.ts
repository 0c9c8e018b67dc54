/** Test results as JUnit XML, which build servers read. */
import type { TestedFile } from '../solution/run-tests.ts';

export function junitOf(files: readonly TestedFile[]): string {
  const suites = files.map(({ file, cases }) => {
    const failed = cases.filter(({ passed }) => !passed).length;
    const told = cases.map(({ name, message }) => {
      const open = `    <testcase classname="${escaped(file)}" name="${escaped(name)}"`;
      return message === undefined
        ? `${open}/>`
        : `${open}><failure message="${escaped(message.split('\n')[0]!)}">${escaped(message)}</failure></testcase>`;
    });
    return [
      `  <testsuite name="${escaped(file)}" tests="${cases.length}" failures="${failed}">`,
      ...told,
      '  </testsuite>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML cannot hold at all is left out. */
const escaped = (text: string) =>
  text
    .replace(/[&<>"]/g, (character) => ENTITIES[character]!)
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Cs}/gu, '');
