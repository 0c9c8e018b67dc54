/** Packed bodies: what goes in comes out, what is broken or too large is refused, and nothing is held that need not be. */
import { gzipSync } from 'node:zlib';
import yazl from 'yazl';
import { bytesOf, type Message, type Part } from '../../../../runtime/contracts/message.ts';
import type { Pipeline } from '../../../../runtime/contracts/pipeline.ts';
import { components } from '../../../../runtime/pipelines/components/index.ts';
import { fc } from '../../../properties.ts';
import { failure, messageOf, run } from '../runs.ts';

const pipeline = (...steps: (string | [string, object])[]): Pipeline => ({
  name: 'p',
  steps: steps.map((step) => {
    const [name, config] = typeof step === 'string' ? [step, {}] : step;
    return { component: components.find((component) => component.name === name)!, config };
  }),
});

const bodyOf = async (message: Message) => Buffer.from(await bytesOf(message.parts[0]));
const through = async (steps: Pipeline, body: string | Uint8Array | Part) =>
  bodyOf((await run(steps, messageOf(body)))[0]!);

test.each([
  ['gzip', 'gunzip'],
  ['base64-encode', 'base64-decode'],
  ['zip', 'unzip'],
])('%s and back', async (pack, unpack) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      expect(await through(pipeline(pack, unpack), bytes)).toEqual(Buffer.from(bytes));
    }),
    { seed: 8, numRuns: 60 },
  );
});

test('base64 in lines, for URLs, and in pieces', async () => {
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256));
  const lines = await through(pipeline(['base64-encode', { lines: true }]), bytes);
  expect(
    lines
      .toString()
      .split('\r\n')
      .map(({ length }) => length),
  ).toEqual([76, 76, 76, 76, 76, 20, 0]);
  expect(await through(pipeline('base64-decode'), lines)).toEqual(bytes);
  expect(await through(pipeline('base64-decode'), bytes.toString('base64url'))).toEqual(bytes);
  const part: Part = {
    name: 'body',
    contentType: '',
    size: undefined,
    async *open() {
      for (const character of 'aGk=\n') yield Buffer.from(character);
    },
  };
  expect((await through(pipeline('base64-decode'), part)).toString()).toBe('hi');
});

test.each([
  ['base64-decode', 'aGk*', 'there is "*" at byte 3'],
  ['base64-decode', 'aGkaA', 'it ends in the middle of a byte'],
  ['base64-decode', 'aG==k', 'there is more behind its end'],
  ['gunzip', 'no gzip', 'incorrect header check'],
  ['gunzip', gzipSync('x'.repeat(1000)).subarray(0, 20), 'unexpected end of file'],
  ['unzip', 'PK\u0003\u0004 no zip', 'nd of central directory'],
])('%s of what is broken is refused', async (name, body, message) => {
  const error = await failure(run(pipeline(name), messageOf(body)).then(async (all) => bodyOf(all[0]!)));
  expect(error).toMatchObject({ code: 'PACKING_BROKEN', kind: 'message' });
  expect(error.message).toContain(message);
});

test('a small file that unpacks to a huge one ends at the limit', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(await failure(through(pipeline(['gunzip', { maxBytes: 1_000_000 }]), bomb))).toMatchObject({
    code: 'UNPACKED_TOO_LARGE',
  });
  const zipped = await archive({ 'a.bin': Buffer.alloc(50_000_000) });
  expect(await failure(run(pipeline(['unzip', { maxBytes: 1_000_000 }]), messageOf(zipped)))).toMatchObject({
    code: 'UNPACKED_TOO_LARGE',
  });
});

function archive(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name);
    else zip.addBuffer(Buffer.from(content as string), name);
  }
  zip.end();
  return Array.fromAsync(zip.outputStream as AsyncIterable<Buffer>).then((chunks) => Buffer.concat(chunks));
}

test('each file of an archive is a message with its name; folders and others are passed over', async () => {
  const zip = await archive({ 'out/': '', 'out/a.csv': '1', 'b.csv': '2', 'read.me': 'x' });
  const messages = await run(pipeline(['unzip', { files: '*.csv' }]), messageOf(zip));
  expect(messages.map(({ context }) => context.get('zip.file')?.value)).toEqual(['out/a.csv', 'b.csv']);
  expect(await Promise.all(messages.map(async (message) => (await bodyOf(message)).toString()))).toEqual(['1', '2']);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
  expect(await failure(run(pipeline(['unzip', { maxFiles: 3 }]), messageOf(zip)))).toMatchObject({
    code: 'PACKING_BROKEN',
  });
});

test('names that lead out, encrypted files and wrong checksums are refused', async () => {
  const zip = await archive({ 'aaaaa.csv': 'hello' });
  const outside = Buffer.from(zip.toString('latin1').replaceAll('aaaaa.csv', '../aa.csv'), 'latin1');
  expect((await failure(run(pipeline('unzip'), messageOf(outside)))).message).toContain('invalid relative path');
  const encrypted = Buffer.from(zip);
  encrypted[encrypted.indexOf('PK\u0001\u0002') + 8]! |= 1;
  expect((await failure(run(pipeline('unzip'), messageOf(encrypted)))).message).toContain('is encrypted');
  const wrong = Buffer.from(zip);
  wrong[wrong.indexOf('PK\u0001\u0002') + 16]! ^= 1;
  expect((await failure(through(pipeline('unzip'), wrong))).message).toContain(
    'the checksum of aaaaa.csv does not match',
  );
});

test('a file in an archive has the name that is given, and no folder', async () => {
  const named = await through(pipeline(['zip', { file: '{origin}-../x.csv' }]), 'a');
  const [message] = await run(pipeline('unzip'), messageOf(named));
  expect(message!.context.get('zip.file')?.value).toBe('here-.._x.csv');
  expect(await through(pipeline(['zip', { file: 'x' }]), 'a')).toEqual(
    await through(pipeline(['zip', { file: 'x' }]), 'a'),
  );
});

test('what the source fails with is not the fault of the packing', async () => {
  const part: Part = {
    name: 'body',
    contentType: '',
    size: undefined,
    async *open() {
      yield gzipSync('x').subarray(0, 5);
      throw new Error('disk gone');
    },
  };
  expect((await failure(through(pipeline('gunzip'), part))).message).toBe('disk gone');
});
