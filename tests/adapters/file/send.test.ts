/** Writing files, beyond what the adapter contract asks of every transport. */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { file } from '../../../adapters/file/adapter.ts';
import type { FileSendConfig } from '../../../adapters/file/config.ts';
import { fileNameFor } from '../../../runtime/files/file-name.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { fc } from '../../properties.ts';
import { type TestFolder, withFolder } from './folder.ts';

const never = new AbortController().signal;

function portOver(folder: TestFolder, options: Partial<FileSendConfig>) {
  return file.send!({ folder: folder.path, ...options }, testAdapterContext());
}

function message(text: string, properties: Readonly<Record<string, string>> = {}, id = 'm1') {
  return testMessage({ id, bytes: Buffer.from(text), contentType: 'text/xml; charset=utf-8', properties });
}

test('the name is made of the message, the extension of its content type', () =>
  withFolder(async (folder) => {
    await portOver(folder, {}).send(message('<a/>'), never);
    await portOver(folder, { fileName: '{report.id}-{message.id}.dat' }).send(
      message('<a/>', { 'report.id': 'R 7/8' }),
      never,
    );
    expect(await folder.names()).toEqual(['R 7_8-m1.dat', 'm1.xml']);
  }));

test('no value leads out of the folder', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('..', '../../etc/passwd', 'a/../../b', '.', '\0', '..\\x')),
      (value) => {
        const name = fileNameFor(message('', { v: value }), '{v}.xml', '/data/out');
        expect(resolve('/data/out', name)).toBe(join('/data/out', basename(name)));
        expect(name).not.toMatch(/^\.|\0|[/\\]/);
      },
    ),
  );
});

test('a message that lacks what the name is made of is refused', () =>
  withFolder(async (folder) => {
    const sent = portOver(folder, { fileName: '{report.id}.xml' }).send(message('<a/>'), never);
    await expect(sent).rejects.toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
    expect(await folder.names()).toEqual([]);
  }));

test('another file of the same name is not replaced, unless it is asked for', () =>
  withFolder(async (folder) => {
    await folder.write('day.xml', 'older');
    const fileName = 'day.xml';
    const refused = portOver(folder, { fileName }).send(message('newer'), never);
    await expect(refused).rejects.toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
    expect(await readFile(join(folder.path, fileName), 'utf8')).toBe('older');
    await portOver(folder, { fileName, overwrite: true }).send(message('newer'), never);
    expect(await readFile(join(folder.path, fileName), 'utf8')).toBe('newer');
    expect(await folder.names()).toEqual([fileName]);
  }));

test('a body that breaks off leaves nothing behind', () =>
  withFolder(async (folder) => {
    const giveUp = new AbortController();
    const whole = message('');
    const body = {
      ...whole.parts[0],
      async *open() {
        yield Buffer.from('<half');
        giveUp.abort(new Error('The deadline is over.'));
        yield Buffer.from('/>');
      },
    };
    const sent = portOver(folder, {}).send({ ...whole, parts: [body] }, giveUp.signal);
    await expect(sent).rejects.toThrow('The deadline is over.');
    expect(await folder.names()).toEqual([]);
  }));

test.each(['sub/{message.id}.xml', '../{message.id}', '{message.id', '.{message.id}', '{}.xml'])(
  'the file name %s is found',
  (fileName) => {
    expect(file.check({ folder: 'out', fileName }, 'send')).toMatchObject([
      { code: 'OPTION_INVALID', path: 'fileName' },
    ]);
  },
);
