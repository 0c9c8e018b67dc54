import { partOf } from '../../../../runtime/contracts/message.ts';
import { messageOf, run } from '../runs.ts';

const unwritten = partOf(new Uint8Array(), '');
const bodyOf = (message: { parts: readonly { bytes?: Uint8Array }[] } | undefined) =>
  Buffer.from(message!.parts[0]!.bytes!).toString();

test.each([
  ['json-send', 'report', { level: 1, id: 'a' }, '{"id":"a","level":1}', 'application/json'],
  ['xml-send', 'order', { Id: 1 }, '<o:Id>1</o:Id>', 'application/xml; charset=utf-8'],
  ['csv-send', 'row', { id: 'a' }, 'id,level\r\na,\r\n', 'text/csv; charset=utf-8; header=present'],
])('%s writes a document whose bytes are not written yet', async (pipeline, type, document, body, contentType) => {
  const [message] = await run(pipeline, messageOf(unwritten, { type, document }));
  expect(bodyOf(message).replaceAll('ns:', 'o:')).toContain(body);
  expect(message).toMatchObject({ document, parts: [{ contentType }] });
});

test.each([
  ['has its bytes', messageOf('{"level":1,  "id":"a"}', { type: 'report', document: { id: 'a' } })],
  ['has no document', messageOf('x', { type: 'report' })],
  ['has no type', messageOf('x', { document: 'x' })],
  ['has an unknown type', messageOf('x', { type: 'nonesuch', document: 'x' })],
])('a message that %s passes untouched', async (_, message) => {
  expect((await run('json-send', message))[0]).toBe(message);
});

test('other parts stay', async () => {
  const more = partOf(Buffer.from('p'), 'image/png', 'photo');
  const message = messageOf('', { type: 'report', document: { id: 'a' }, parts: [unwritten, more] });
  expect((await run('json-send', message))[0]!.parts[1]).toBe(more);
});
