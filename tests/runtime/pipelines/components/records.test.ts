/** Interchanges of XML and JSON: each document a message, one that cannot be read ends alone. */
import type { Message } from '../../../../runtime/contracts/message.ts';
import type { Pipeline, PipelineContext, RecordSink } from '../../../../runtime/contracts/pipeline.ts';
import { components } from '../../../../runtime/pipelines/components/index.ts';
import { runPipeline } from '../../../../runtime/pipelines/run.ts';
import { contextOf, failure, messageOf, propertiesOf } from '../runs.ts';

const named = (name: string) => components.find((component) => component.name === name)!;
const pipeline = (name: string, config: object): Pipeline => ({
  name: 'p',
  steps: [
    { component: named(name), config },
    { component: named('validate'), config: {} },
  ],
});

async function receive(
  steps: Pipeline,
  body: string,
  expected: readonly string[],
  alone = true,
  given: Partial<Message> = {},
) {
  const failed: { code: string; body: string; came: string }[] = [];
  const came = new Map<string, string>();
  const records: RecordSink = {
    count: 0,
    came: (record, part) => void came.set(record.id, Buffer.from(part().bytes!).toString()),
    failed: async (record, { code }) =>
      void failed.push({ code, body: Buffer.from(record.parts[0].bytes!).toString(), came: came.get(record.id) ?? '' }),
  };
  const context: PipelineContext = { ...contextOf(expected), ...(alone ? { records } : {}) };
  const messages: Message[] = [];
  for await (const next of runPipeline(steps, messageOf(body, given), context)) messages.push(next);
  return { messages, failed };
}

const xml = (ids: readonly string[]) =>
  `<Envelope from="works"><Body xmlns="urn:o">${ids.map((id) => `<Order><Id>${id}</Id></Order>`).join('\n')}</Body></Envelope>`;
const inEnvelope = pipeline('xml-disassemble', {
  records: 'Envelope/Body/Order',
  carry: { 'o.from': 'Envelope/@from' },
});

test('documents of an envelope', async () => {
  const { messages } = await receive(inEnvelope, xml(['1', '2']), ['order']);
  expect(messages.map(({ type, document }) => [type, document])).toEqual([
    ['order', { Id: 1 }],
    ['order', { Id: 2 }],
  ]);
  expect(propertiesOf(messages[1]!)).toMatchObject({
    'record.number': [2],
    'o.from': 'works',
    'o.id': 2,
    origin: 'here',
  });
  expect(Buffer.from(messages[1]!.parts[0].bytes!).toString()).toBe('<Order xmlns="urn:o"><Id>2</Id></Order>');
});

test('documents are in UTF-8 and say so, however the envelope came', async () => {
  const { messages } = await receive(inEnvelope, xml(['1']), ['order'], true, {
    parts: [{ ...messageOf(xml(['1'])).parts[0], contentType: 'text/xml; charset=ISO-8859-1; x=y' }],
  });
  expect(messages[0]!.parts[0].contentType).toBe('text/xml; charset=utf-8; x=y');
});

test('one that breaks its schema, or is of no known type, ends alone, and comes again as it is', async () => {
  const { messages, failed } = await receive(inEnvelope, xml(['1', 'x', '3']), ['order']);
  expect(messages.map(({ document }) => document)).toEqual([{ Id: 1 }, { Id: 3 }]);
  expect(failed).toEqual([
    {
      code: 'SCHEMA_VIOLATION',
      body: expect.stringContaining('<Id>x</Id>'),
      came: '<Order xmlns="urn:o"><Id>x</Id></Order>',
    },
  ]);
  const context = new Map([['record.number', { value: 2, promoted: false }]]);
  const again = await receive(inEnvelope, failed[0]!.came.replace('x<', '2<'), ['order'], true, { context });
  expect(again.messages.map(({ document }) => document)).toEqual([{ Id: 2 }]);
  const others = await receive(
    pipeline('xml-disassemble', { records: 'Envelope/Body/*' }),
    xml(['1']).replace('</Body>', '<Other/></Body>'),
    ['order', 'one'],
  );
  expect(others.failed.map(({ code }) => code)).toEqual(['XML_ROOT_UNRECOGNISED']);
});

test('where they stand or fall together the first that is wrong ends them all', async () => {
  expect(await failure(receive(inEnvelope, xml(['1', 'x']), ['order'], false))).toMatchObject({
    code: 'SCHEMA_VIOLATION',
  });
});

test('items of a JSON list, and lines of JSON', async () => {
  const items = '{"reports":[{"id":"a"},{"id":7},{"id":"c"}]}';
  const list = await receive(pipeline('json-disassemble', { records: 'reports' }), items, ['report']);
  expect(list.messages.map(({ document }) => document)).toEqual([{ id: 'a' }, { id: 'c' }]);
  expect(list.failed).toEqual([{ code: 'SCHEMA_VIOLATION', body: '{"id":7}', came: '{"id":7}' }]);
  const lines = await receive(pipeline('json-lines-disassemble', {}), '\ufeff{"id":"a"}\r\n\r\nnot json\n{"id":"b"}', [
    'report',
  ]);
  expect(lines.messages.map((message) => propertiesOf(message)['r.id'])).toEqual(['a', 'b']);
  expect(lines.failed.map(({ code, body }) => [code, body])).toEqual([['JSON_SYNTAX', 'not json']]);
  expect(await failure(receive(pipeline('json-lines-disassemble', {}), '{"id":"\ud800"}\n', ['none']))).toMatchObject({
    code: 'MESSAGE_TYPE_UNDECIDED',
  });
});
