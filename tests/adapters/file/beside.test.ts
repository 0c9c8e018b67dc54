/** Files beside files: done files, locks, receipts, and where suspended ones go. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { file } from '../../../adapters/file/adapter.ts';
import { sftp } from '../../../adapters/sftp/adapter.ts';
import { besideName, mayTake, receiptOf } from '../../../adapters/shared/beside.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { accept, block, type Verdict } from '../../../runtime/testing/supervised-location.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type TestFolder, whileReceiving, withFolder } from './folder.ts';

const suspend: Verdict = async () => 'suspended';
const receipt = async (folder: TestFolder, name: string) =>
  JSON.parse(await readFile(join(folder.path, `${name}.receipt.json`), 'utf8'));

test.each([
  ['{name}.done', 'a.csv', 'a.csv.done'],
  ['{stem}.ok', 'a.b.csv', 'a.b.ok'],
  ['{stem}.ok', '.profile', '.profile.ok'],
  ['done-{name}', 'a', 'done-a'],
])('%s of %s', (template, name, expected) => {
  expect(besideName(template, name)).toBe(expected);
});

test('marks of whatever file are never taken, and files only as their marks say', () => {
  const names = new Set(['a.csv', 'a.done', 'b.csv', 'c.csv', 'c.done', 'c.csv.lock', 'gone.done', '.done']);
  const may = mayTake(names, { doneFile: '{stem}.done', lockFile: '{name}.lock' });
  expect([...names].filter(may)).toEqual(['a.csv']);
});

test('a receipt says why a file was suspended', () => {
  const error = busError('STORE_FULL', { reason: 'no' });
  const submission = { messageId: 'm', outcome: 'suspended', error } as const;
  expect(JSON.parse(Buffer.from(receiptOf('a.csv', 7, submission, Date.UTC(2026, 6, 1))).toString())).toEqual({
    file: 'a.csv',
    size: 7,
    outcome: 'suspended',
    message: 'm',
    at: '2026-07-01T00:00:00.000Z',
    error: { code: 'STORE_FULL', reason: error.message },
  });
});

test('a file waits for its done file, and both go', () =>
  withFolder(async (folder) => {
    await folder.write('a.csv', 'a');
    await folder.write('b.csv', 'b');
    await folder.write('b.done', '');
    await whileReceiving(folder, { doneFile: '{stem}.done' }, async ({ location, emptied }) => {
      await eventually('b is gone', async () => (await folder.names()).join() === 'a.csv');
      expect(location.seen).toEqual(['b']);
      await folder.write('a.done', '');
      await emptied();
      expect(location.seen).toEqual(['b', 'a']);
    });
  }));

test('a locked file is left alone, and its lock is not taken for a file', () =>
  withFolder(async (folder) => {
    await folder.write('a.csv', 'a');
    await folder.write('a.csv.lock', 'me');
    await folder.write('b.csv', 'b');
    await whileReceiving(folder, { lockFile: '{name}.lock' }, async ({ location, emptied }) => {
      await eventually('b is gone', async () => (await folder.names()).join() === 'a.csv,a.csv.lock');
      await rm(join(folder.path, 'a.csv.lock'));
      await emptied();
      expect(location.seen).toEqual(['b', 'a']);
    });
  }));

test('what is suspended goes to the folder for errors, and receipts tell what became of each', () =>
  withFolder((folder) =>
    withFolder((archive) =>
      withFolder((errors) =>
        withFolder(async (receipts) => {
          const folders = { archive: archive.path, errors: errors.path, receipts: receipts.path };
          await whileReceiving(folder, folders, async ({ location, emptied }) => {
            location.answer(suspend);
            await folder.write('bad.csv', 'bad');
            await emptied();
            location.answer(accept);
            await folder.write('good.csv', 'good!');
            await emptied();
          });
          expect(await archive.names()).toEqual(['good.csv']);
          expect(await errors.names()).toEqual(['bad.csv']);
          expect(await receipts.names()).toEqual(['bad.csv.receipt.json', 'good.csv.receipt.json']);
          const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
          const bad = { file: 'bad.csv', size: 3, outcome: 'suspended', message: 'message-1', at };
          expect(await receipt(receipts, 'bad.csv')).toEqual(bad);
          expect(await receipt(receipts, 'good.csv')).toMatchObject({ size: 5, outcome: 'accepted', at });
        }),
      ),
    ),
  ));

test('without a folder for errors, suspended files go where all others go', () =>
  withFolder((folder) =>
    withFolder(async (archive) => {
      await folder.write('bad.csv', 'bad');
      await whileReceiving(folder, { archive: archive.path }, ({ location, emptied }) => {
        location.answer(suspend);
        return emptied();
      });
      expect(await archive.names()).toEqual(['bad.csv']);
    }),
  ));

test('a receipt that cannot be written: the file is not forgotten, and gets its receipt later', () =>
  withFolder(async (folder) => {
    const receipts = join(folder.path, 'receipts');
    await folder.write('a.csv', 'a');
    await whileReceiving(folder, { receipts, pattern: '*.csv' }, async ({ location }) => {
      location.answer(async (incoming, signal) => {
        location.answer(accept);
        await rm(receipts, { recursive: true });
        return accept(incoming, signal);
      });
      await eventually('only the receipts are left', async () => (await folder.names()).join() === 'receipts');
      expect(location.seen).toEqual(['a', 'a']);
      expect(location.incoming[1]!.key).toBe(location.incoming[0]!.key);
      expect(await readdir(receipts)).toEqual(['a.csv.receipt.json']);
    });
  }));

test('a crash before the receipt: the file is submitted again, and gets one', () =>
  withFolder((folder) =>
    withFolder(async (receipts) => {
      await folder.write('a.csv', 'a');
      await folder.write('a.csv.done', '');
      const options = { receipts: receipts.path, doneFile: '{name}.done' };
      await whileReceiving(folder, options, async ({ location }) => {
        location.answer(block);
        await eventually('it is handed over', () => location.seen.length === 1);
      });
      expect(await receipts.names()).toEqual([]);
      await whileReceiving(folder, options, ({ emptied }) => emptied());
      expect(await receipts.names()).toEqual(['a.csv.receipt.json']);
    }),
  ));

test('a done file comes after the file that was written, and again is no harm', () =>
  withFolder(async (folder) => {
    const port = file.send!({ folder: folder.path, fileName: 'a.csv', doneFile: '{name}.done' }, testAdapterContext());
    const message = testMessage({ id: 'm-1', bytes: Buffer.from('a'), contentType: 'text/csv' });
    await port.send(message, new AbortController().signal);
    await port.send(message, new AbortController().signal);
    await port.close();
    expect(await folder.names()).toEqual(['a.csv', 'a.csv.done']);
    expect(await readFile(join(folder.path, 'a.csv.done'), 'utf8')).toBe('');
  }));

describe.each([
  ['file', file, {}],
  ['sftp', sftp, { host: 'h', user: 'u', password: { secret: 'P' }, hostKey: `SHA256:${'A'.repeat(43)}` }],
] as const)('check of %s', (_, adapter, server) => {
  const found = (config: object, direction: 'receive' | 'send' = 'receive') =>
    adapter
      .check({ ...server, folder: 'in', ...config } as never, direction)
      .map(({ path, message }) => [path, message]);

  test.each([
    [{ doneFile: 'done' }, 'doneFile', 'does not name another file beside each file'],
    [{ doneFile: '{name}' }, 'doneFile', 'does not name another file'],
    [{ lockFile: '../{name}' }, 'lockFile', 'does not name another file'],
    [{ doneFile: '{name}.x', lockFile: '{name}.x' }, 'lockFile', 'it is the done file, too'],
    [{ doneFile: '{stem}.done', pattern: '*.done' }, 'doneFile', 'the very files that the pattern *.done is to take'],
    [{ errors: './in/' }, 'errors', 'suspended files would stay in the folder itself'],
    [{ receipts: 'in' }, 'receipts', 'receipts would lie in the folder itself'],
    [{ archive: 'in' }, 'archive', 'the archive is the folder itself'],
  ])('%j', (config, path, reason) => {
    expect(found(config)).toEqual([[path, expect.stringContaining(reason)]]);
  });

  test('what is right, and the done file of a send port', () => {
    const right = {
      doneFile: '{stem}.done',
      lockFile: '{name}.lock',
      errors: 'bad',
      receipts: 'told',
      pattern: '*.csv',
    };
    expect(found(right)).toEqual([]);
    expect(found({ doneFile: 'done' }, 'send')).toEqual([['doneFile', expect.stringContaining('another file')]]);
  });
});
