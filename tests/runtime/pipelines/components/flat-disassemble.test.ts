/** Flat files as they come in: a message for each record, as a stream, with what stands around it checked. */
import type { Message, Part } from '../../../../runtime/contracts/message.ts';
import type { Pipeline, PipelineContext, RecordSink } from '../../../../runtime/contracts/pipeline.ts';
import { flatDisassemble } from '../../../../runtime/pipelines/components/flat-disassemble.ts';
import { validate } from '../../../../runtime/pipelines/components/validate.ts';
import { runPipeline } from '../../../../runtime/pipelines/run.ts';
import { compileFiles } from '../../schemas/compiled.ts';
import { contextOf, failure, messageOf } from '../runs.ts';

const { schemas, findings } = compileFiles({
  'schemas/pay.flat.yaml': `
flat: pay
layout:
  - record: head
    tag: H
    fields: { batch: { length: 4, type: integer } }
  - record: item
    tag: D
    repeat: true
    fields: { id: { length: 3, required: true }, amount: { length: 5, type: integer } }
  - record: tail
    tag: T
    fields: { items: { length: 3, total: { count: item } } }
`,
  'schemas/item.message.yaml': 'message: item\nschema: pay.flat.yaml\nrecord: item\npromote: { item.id: id }\n',
  'schemas/head.message.yaml': 'message: head\nschema: pay.flat.yaml\nrecord: head\n',
  'schemas/pay.message.yaml': 'message: pay\nschema: pay.flat.yaml\n',
});

const pipeline = (config: object = {}): Pipeline => ({
  name: 'p',
  steps: [
    { component: flatDisassemble as Pipeline['steps'][number]['component'], config },
    { component: validate, config: {} },
  ],
});

const file = 'H0007\r\nDa  00012\r\nDb  00030\r\nT002\r\n';

interface Received {
  readonly messages: Message[];
  readonly failed: { id: string; code: string; text: string }[];
}

async function receive(
  body: string | Part,
  expected: string[],
  config: object = {},
  given: Partial<Message> = {},
): Promise<Received> {
  const failed: Received['failed'] = [];
  const records: RecordSink = {
    count: 0,
    came: () => {},
    failed: async (record, error) =>
      void failed.push({ id: record.id, code: error.code, text: Buffer.from(record.parts[0].bytes!).toString() }),
  };
  const context: PipelineContext = { ...contextOf(expected), schemas, records };
  const messages: Message[] = [];
  for await (const next of runPipeline(pipeline(config), messageOf(body, given), context)) messages.push(next);
  return { messages, failed };
}

test('the layout is right', () => {
  expect(findings).toEqual([]);
});

test('each record that is expected is a message, with its place and what its header says', async () => {
  const { messages } = await receive(file, ['item'], { carry: { 'pay.batch': 'head.batch' } });
  expect(messages.map(({ type, document }) => ({ type, document }))).toEqual([
    { type: 'item', document: { id: 'a', amount: 12 } },
    { type: 'item', document: { id: 'b', amount: 30 } },
  ]);
  const [, second] = messages;
  expect(Object.fromEntries([...second!.context].map(([name, { value }]) => [name, value]))).toMatchObject({
    'flat.record': 'item#3',
    'pay.batch': 7,
    'item.id': 'b',
    'message.type': 'item',
  });
  expect(Buffer.from(second!.parts[0].bytes!).toString()).toBe('Db  00030\r\n');
});

test('several kinds of record are several kinds of message; the whole file is one', async () => {
  expect((await receive(file, ['head', 'item'])).messages.map(({ type }) => type)).toEqual(['head', 'item', 'item']);
  const { messages } = await receive(file, ['pay']);
  expect(messages.map(({ document }) => document)).toEqual([
    {
      head: { batch: 7 },
      item: [
        { id: 'a', amount: 12 },
        { id: 'b', amount: 30 },
      ],
      tail: { items: 2 },
    },
  ]);
});

test('a record that cannot be read, or breaks its schema, is suspended by itself and can come again', async () => {
  const broken = 'H0007\r\nDa  0x012\r\nD   00001\r\nDc  00002\r\nT003\r\n';
  const failing = await receive(broken, ['item']).catch((error: { code: string }) => error);
  expect(failing).toMatchObject({ code: 'FLAT_TOTAL' }); // Two records were read, and three are told of.
  const { messages, failed } = await receive(broken.replace('T003', 'T002'), ['item']);
  expect(messages.map(({ document }) => document)).toEqual([{ id: 'c', amount: 2 }]);
  expect(failed.map(({ code, text }) => [code, text])).toEqual([
    ['FLAT_FIELD', 'Da  0x012\r\n'],
    ['SCHEMA_VIOLATION', 'D   00001\r\n'],
  ]);
  const again = await receive(
    'Da  00012\r\n',
    ['item'],
    {},
    { context: new Map([['flat.record', { value: 'item#2', promoted: false }]]) },
  );
  expect(again.messages.map(({ document }) => document)).toEqual([{ id: 'a', amount: 12 }]);
});

test('records come before the end of the file was seen; with `verify` none of a file that is wrong', async () => {
  const wrong = file.replace('T002', 'T009');
  const seen: unknown[] = [];
  const context: PipelineContext = { ...contextOf(['item']), schemas };
  const run = async (config: object) => {
    for await (const { document } of runPipeline(pipeline(config), messageOf(wrong), context)) seen.push(document);
  };
  expect(await failure(run({}))).toMatchObject({ code: 'FLAT_TOTAL' });
  expect(seen).toHaveLength(2);
  expect(await failure(run({ verify: true }))).toMatchObject({ code: 'FLAT_TOTAL' });
  expect(seen).toHaveLength(2);
});

test('a file is never read far ahead of its records', async () => {
  let given = 0;
  const part: Part = {
    name: 'body',
    contentType: 'text/plain',
    size: undefined,
    async *open() {
      yield Buffer.from('H0001\n');
      for (; given < 10_000; given += 1) yield Buffer.from('Dabc00001\n'.repeat(50));
    },
  };
  let records = 0;
  const context: PipelineContext = { ...contextOf(['item']), schemas };
  for await (const _ of runPipeline(pipeline(), messageOf(part), context)) {
    records += 1;
    if (records === 100) break;
  }
  expect(given).toBeLessThan(50);
});

test('a file that no type is expected of is refused', async () => {
  expect(await failure(receive(file, ['unknown']))).toMatchObject({ code: 'MESSAGE_TYPE_UNDECIDED' });
});
