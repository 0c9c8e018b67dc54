/** The styles of vendors: each WSDL of the folder wsdl/ is called, served, and called by node-soap, in all of its operations. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { sweepWsdl } from './any-wsdl.ts';

/** WSDL_FOLDER: another folder of WSDLs, such as a council's own. */
const folder = process.env['WSDL_FOLDER'] ?? join(import.meta.dirname, 'wsdl');
const files = globSync('**/*.wsdl', { cwd: folder }).sort();

test.each(files)(
  '%s',
  async (file) => {
    const { operations, problems, unsure } = await sweepWsdl(folder, file);
    expect(problems).toEqual([]);
    if (process.env['WSDL_FOLDER'] === undefined) {
      expect(operations).toBeGreaterThan(0);
      expect(unsure).toEqual([]);
    }
  },
  20_000,
);
