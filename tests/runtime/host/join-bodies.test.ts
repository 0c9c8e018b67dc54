/** Bodies of a batch, one behind the other. */
import type { BatchJoin } from '../../../runtime/contracts/batch.ts';
import { type Message, partOf } from '../../../runtime/contracts/message.ts';
import { joinBodies } from '../../../runtime/host/join-bodies.ts';

const plain: BatchJoin = { before: '', between: '', after: '', heading: false };

async function join(bodies: readonly string[], how: Partial<BatchJoin>): Promise<string> {
  const messages = bodies.map(
    (body): Message => ({
      id: 'm',
      interchange: 'i',
      type: undefined,
      parts: [partOf(Buffer.from(body), 'a/b')],
      context: new Map(),
    }),
  );
  const part = await joinBodies(messages, { ...plain, ...how });
  expect(part.contentType).toBe('a/b');
  return Buffer.from(part.bytes!).toString();
}

test.each([
  [['a\n', 'b\n'], {}, 'a\nb\n'],
  [['1', '2'], { before: '[', between: ',', after: ']' }, '[1,2]'],
  [['id;n\r\n1;x\r\n', 'id;n\r\n2;y\r\n'], { heading: true }, 'id;n\r\n1;x\r\n2;y\r\n'],
  [['id', 'id'], { heading: true }, 'id'],
  [
    ['<?xml version="1.0"?>\n<a/>', '<?xml version="1.0"?><b/>'],
    { before: '<All n="{count}">', after: '</All>' },
    '<All n="2"><a/><b/></All>',
  ],
  [['<?xml version="1.0"?><a/>'], {}, '<?xml version="1.0"?><a/>'],
  [['ab', 'c'], { after: '{count} of {bytes}' }, 'abc2 of 3'],
])('%j with %j', async (bodies, how, expected) => {
  expect(await join(bodies, how)).toBe(expected);
});
