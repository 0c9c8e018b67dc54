/** What is made from the code is on disk as the code makes it now; "npm run generate" brings it up to date. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapters } from '../../adapters/index.ts';
import { generate } from '../../runtime/solution/generate.ts';

const root = join(import.meta.dirname, '../..');

test.each([...generate(adapters)])('%s', (path, text) => {
  const file = join(root, path);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : 'missing: run "npm run generate"').toBe(text);
});
