/** Each OpenAPI document of the folder contracts/ is called in all of its operations. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { sweepOpenapi } from './any-openapi.ts';

/** OPENAPI_FOLDER: another folder of documents, such as a council's own. */
const given = process.env['OPENAPI_FOLDER'];
const folder = given ?? join(import.meta.dirname, 'contracts');
const files = globSync('**/*.{yaml,yml,json}', { cwd: folder }).sort();

test.each(files)(
  '%s',
  async (file) => {
    const { operations, problems, unsure } = await sweepOpenapi(folder, file);
    expect(problems).toEqual([]);
    if (given !== undefined) return;
    expect(operations).toBeGreaterThan(0);
    expect(unsure.filter((told) => !/its body is of (multipart|image|application\/xml)/.test(told))).toEqual([]);
  },
  20_000,
);
