import type { Part } from '../../../../runtime/contracts/message.ts';
import { builtInPipelines } from '../../../../runtime/pipelines/built-in.ts';
import { runPipeline } from '../../../../runtime/pipelines/run.ts';
import { fc } from '../../../properties.ts';
import { contextOf, failure, messageOf, propertiesOf, run } from '../runs.ts';

const receive = (file: string | Uint8Array | Part, type = 'row') => run('csv-receive', messageOf(file), [type]);

/** A part that gives its text in pieces and counts them. */
function streamed(pieces: Iterable<string | Uint8Array>): { part: Part; given: () => number } {
  let given = 0;
  const part: Part = {
    name: 'body',
    contentType: 'text/csv',
    size: undefined,
    async *open() {
      for (const piece of pieces) {
        given += 1;
        yield Buffer.from(piece as string);
      }
    },
  };
  return { part, given: () => given };
}

test('one message a row, with its place in the file', async () => {
  const messages = await receive('\uFEFF"level",id\r\n1,a\r\n\r\n,"b ""x"", y"\r\n');
  expect(messages.map(({ id, interchange, type, document }) => ({ id, interchange, type, document }))).toEqual([
    { id: 'new-1', interchange: 'i', type: 'row', document: { id: 'a', level: 1 } },
    { id: 'new-2', interchange: 'i', type: 'row', document: { id: 'b "x", y' } },
  ]);
  expect(propertiesOf(messages[1]!)).toEqual({
    origin: 'here',
    'csv.row': [3],
    'r.id': 'b "x", y',
    'message.type': 'row',
  });
});

test('the bytes of a row are read again as the same document', async () => {
  const messages = await receive('level,id\n1,a\n2,"b,c"\n');
  const { schemas } = contextOf([]);
  for (const { parts, document } of messages) expect(schemas.find('row')!.read(parts[0].bytes!)).toEqual(document);
});

test('a file without a header is read by the order of the schema', async () => {
  expect((await receive('a,1\nb,2\n', 'bare')).map(({ document }) => document)).toEqual([
    { id: 'a', level: 1 },
    { id: 'b', level: 2 },
  ]);
});

test.each([
  ['id,lvel\na,1\n', 'CSV_COLUMNS', 'lvel is unknown, did you mean level'],
  ['level\n1\n', 'CSV_COLUMNS', 'id is missing'],
  ['id,id\na,b\n', 'CSV_COLUMNS', 'id occurs twice'],
  ['id\na\nb,c\n', 'CSV_SYNTAX', 'record 3'],
  ['id\na\n"b\n', 'CSV_SYNTAX', 'record 3'],
  ['id\na"b\n', 'CSV_SYNTAX', 'record 2'],
  ['id,level\na,1\nb,x\n', 'SCHEMA_VIOLATION', 'row (row 3)'],
])('%j is refused', async (file, code, message) => {
  const error = await failure(receive(file));
  expect(error).toMatchObject({ code, kind: 'message' });
  expect(error.message).toContain(message);
});

test('an empty file gives no message; no type is an error', async () => {
  expect(await receive('')).toEqual([]);
  expect(await receive('id\n')).toEqual([]);
  expect(await failure(run('csv-receive', messageOf('id\n'), ['report']))).toMatchObject({
    code: 'MESSAGE_TYPE_UNDECIDED',
  });
});

test('characters and rows may be cut anywhere; wrong UTF-8 is refused', async () => {
  const bytes = Buffer.from('id,level\né,1\nü€,2\n');
  const { part } = streamed(Array.from(bytes, (byte) => Uint8Array.of(byte)));
  expect((await receive(part)).map(({ document }) => (document as { id: string }).id)).toEqual(['é', 'ü€']);
  const error = await failure(receive(Buffer.concat([Buffer.from('id\na\n'), Uint8Array.of(0xff, 0x0a)])));
  expect(error).toMatchObject({ code: 'TEXT_NOT_DECODABLE', kind: 'message' });
});

test('a file is never read far ahead of its rows', async () => {
  function* pieces() {
    yield 'id,level\n';
    for (let block = 0; block < 10_000; block += 1) yield `${'x'.repeat(20)},${block}\n`.repeat(50);
  }
  const { part, given } = streamed(pieces());
  let rows = 0;
  for await (const _ of runPipeline(builtInPipelines.get('csv-receive')!, messageOf(part), contextOf(['row']))) {
    rows += 1;
    if (rows === 100) break;
  }
  expect(given()).toBeLessThan(500);
});

test('what the source throws comes through', async () => {
  const part: Part = {
    name: 'body',
    contentType: '',
    size: undefined,
    async *open() {
      yield Buffer.from('id\na\n');
      throw new Error('disk gone');
    },
  };
  expect(await failure(receive(part))).toMatchObject({
    code: 'COMPONENT_BUG',
    message: expect.stringContaining('disk gone'),
  });
});

test('any bytes give messages or a BusError of the message', async () => {
  const csv = fc.string({ unit: fc.constantFrom(...'id,level\n\r";\'a1 \uFEFF') });
  const input = fc.oneof(
    fc.uint8Array(),
    csv.map((text) => Buffer.from(`id,level\n${text}`)),
  );
  await fc.assert(
    fc.asyncProperty(input, async (bytes) => {
      const error = await receive(bytes).then(
        () => undefined,
        (thrown) => thrown,
      );
      if (error !== undefined) expect(error).toMatchObject({ name: 'BusError', kind: 'message' });
    }),
    { numRuns: 200 },
  );
});
