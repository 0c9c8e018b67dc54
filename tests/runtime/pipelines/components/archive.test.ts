/** A copy is in the folder before a message goes on, whole, under a name that leads nowhere else. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusEvent } from '../../../../runtime/contracts/events.ts';
import type { Message, Part } from '../../../../runtime/contracts/message.ts';
import type { PipelineContext } from '../../../../runtime/contracts/pipeline.ts';
import { type ArchiveOptions, archive } from '../../../../runtime/pipelines/components/archive.ts';
import { contextOf, failure, messageOf } from '../runs.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(() => rm(root, { recursive: true }));

const archived = (message: Message, fileName?: string, folder = '.') => {
  const config = { folder, ...(fileName === undefined ? {} : { fileName }) };
  return archive.execute(message, config, {
    ...contextOf([]),
    resolvePath: (path) => join(root, path),
  }) as Promise<Message>;
};

function streamed(open: Part['open']): Message {
  return messageOf({ name: 'body', contentType: 'text/xml', size: undefined, open });
}

test('a body that is not in memory is written as it streams, and the message goes on as it is', async () => {
  const message = streamed(async function* () {
    yield Buffer.from('<a>');
    yield Buffer.from('</a>');
  });
  expect(await archived(message)).toBe(message);
  expect(await readdir(root)).toEqual(['m.xml']);
  expect(await readFile(join(root, 'm.xml'), 'utf8')).toBe('<a></a>');
});

test('values of properties do not lead out of the folder', async () => {
  const context = new Map([['name', { value: '../../etc/x', promoted: false }]]);
  await archived(messageOf('x', { context, type: 'report' }), '{message.type}-{name}-{message.id}.txt');
  const names = await readdir(root);
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^report-[^/]*etc_x-m\.txt$/);
});

test('a message that is tried again replaces its copy', async () => {
  await archived(messageOf('first'), '{message.id}.txt');
  await archived(messageOf('again'), '{message.id}.txt');
  expect(await readdir(root)).toEqual(['m.txt']);
  expect(await readFile(join(root, 'm.txt'), 'utf8')).toBe('again');
});

test('a folder that is not there keeps the message back', async () => {
  expect(await failure(archived(messageOf('x'), undefined, 'absent'))).toMatchObject({
    code: 'ARCHIVE_FAILED',
    kind: 'transient',
  });
});

test('a body that breaks off leaves nothing', async () => {
  const message = streamed(async function* () {
    yield Buffer.from('half');
    throw new Error('gone');
  });
  expect(await failure(archived(message))).toMatchObject({ code: 'ARCHIVE_FAILED' });
  expect(await readdir(root)).toEqual([]);
});

test('a message without what its name is made of is suspended', async () => {
  expect(await failure(archived(messageOf('x'), '{absent}-{message.id}'))).toMatchObject({ kind: 'message' });
});

const by = (options: Partial<ArchiveOptions>, given: Partial<PipelineContext> = {}) =>
  archive.execute(
    messageOf('x'),
    { folder: '.', fileName: '{message.id}.txt', ...options },
    {
      ...contextOf([]),
      resolvePath: (path) => join(root, path),
      now: () => Date.UTC(2026, 9, 25, 23, 59),
      ...given,
    },
  );

test('{date} makes a folder for each day, below one that must be there', async () => {
  await by({ folder: './in-{date}/claims' });
  expect(await readFile(join(root, 'in-2026-10-25/claims/m.txt'), 'utf8')).toBe('x');
  expect(await failure(by({ folder: 'absent/{date}' }) as Promise<Message>)).toMatchObject({ code: 'ARCHIVE_FAILED' });
  expect(await readdir(root)).toEqual(['in-2026-10-25']);
});

test('told to pass, a message whose copy cannot be written goes on, and it is told', async () => {
  const events: BusEvent[] = [];
  await by({ folder: 'absent', onFailure: 'pass' }, { emit: (event) => void events.push(event) });
  await by({ fileName: '{absent}-{message.id}', onFailure: 'pass' }, { emit: (event) => void events.push(event) });
  expect(events).toMatchObject([
    { name: 'archive-failed', data: { message: 'm', folder: 'absent', code: 'ARCHIVE_FAILED' } },
    { name: 'archive-failed', data: { code: 'ENDPOINT_REFUSED' } },
  ]);
});

test('braces of a folder that are no {date} are found by check', () => {
  expect(archive.check!({ folder: 'a/{message.type}' })).toMatchObject([{ path: 'folder' }]);
  expect(archive.check!({ folder: 'a/{date}' })).toEqual([]);
});

test('names that lead out of the folder are found by check', () => {
  expect(archive.check!({ folder: '.', fileName: '../{message.id}' })).toMatchObject([{ path: 'fileName' }]);
  expect(archive.check!({ folder: '.', fileName: '{message.id}.xml' })).toEqual([]);
});
