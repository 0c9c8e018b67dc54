/** The WSDLs in the styles of vendors, with which the soap adapter is tested: each is imported, and `check` finds nothing wrong with it. */
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guildhall, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

const folder = join(import.meta.dirname, '../../adapters/soap/wsdl');
const files = globSync('**/*.wsdl', { cwd: folder }).sort();

test.each(files)('%s', async (file) => {
  const solution = join(temporary.folder, file.replaceAll(/[^a-z]/g, '-'));
  mkdirSync(join(solution, 'config'), { recursive: true });
  writeFileSync(join(solution, 'config/bus.yaml'), 'bus: test\norganisation: council\nstore: memory\n');
  const imported = await guildhall(solution, 'import', 'wsdl', join(folder, file), '--name', 'vendor');
  expect(imported).toMatchObject({ exit: 0, err: '' });
  const checked = await guildhall(solution, 'check');
  expect(checked.out).toContain('0 errors');
  expect(checked.exit).toBe(0);
});

test('of a binding of MIME parts, the part that is the body becomes the message type', async () => {
  const solution = join(temporary.folder, 'mime');
  mkdirSync(join(solution, 'config'), { recursive: true });
  writeFileSync(join(solution, 'config/bus.yaml'), 'bus: test\norganisation: council\nstore: memory\n');
  const imported = await guildhall(
    solution,
    'import',
    'wsdl',
    join(folder, 'vendors/mime-scans.wsdl'),
    '--name',
    'scans',
  );
  expect(imported.out).toContain('schemas/scans/store.message.yaml');
  expect(imported.out).not.toContain('ticket.message.yaml');
});
