/** Fields and carried properties become properties that filters may name; what is absent promotes nothing. */
import type { Message } from '../../../../runtime/contracts/message.ts';
import { promote } from '../../../../runtime/pipelines/components/promote.ts';
import { compileFiles } from '../../schemas/compiled.ts';
import { contextOf, failure, messageOf, propertiesOf } from '../runs.ts';

const { schemas } = compileFiles({
  'schemas/claim.schema.json': JSON.stringify({
    type: 'object',
    additionalProperties: false,
    properties: {
      header: {
        type: 'object',
        properties: { urgent: { type: 'boolean' }, at: { type: 'string', format: 'date-time' } },
      },
      level: { type: 'integer' },
      lines: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer' } } } },
    },
  }),
  'schemas/claim.message.yaml': 'message: claim\nschema: claim.schema.json\n',
});

const promoted = async (message: Message, options: Parameters<typeof promote.execute>[1]) =>
  propertiesOf((await promote.execute(message, options, { ...contextOf([]), schemas })) as Message);

test('fields, typed as the schema has them, instants in UTC', async () => {
  const message = messageOf('{"header":{"urgent":true,"at":"2026-06-01T10:00:00+01:00"},"level":3}', { type: 'claim' });
  const fields = { 'c.urgent': 'header.urgent', 'c.at': 'header.at', level: 'level' };
  expect(await promoted(message, { fields })).toEqual({
    origin: 'here',
    'c.urgent': true,
    'c.at': '2026-06-01T09:00:00.000Z',
    level: 3,
  });
});

test('what the document or its type does not have, or has more than once, promotes nothing', async () => {
  const message = messageOf('{"lines":[{"n":1}]}', { type: 'claim' });
  expect(await promoted(message, { fields: { a: 'level', b: 'lines.n', c: 'nothing', d: 'header' } })).toEqual({
    origin: 'here',
  });
});

test('carried properties under names of their own, of messages without a type, too', async () => {
  const context = new Map([['bus.sourceName', { value: 'claims-7.csv', promoted: false }]]);
  const properties = { 'file.name': 'bus.sourceName', other: 'absent' };
  expect(await promoted(messageOf('x', { context }), { properties })).toEqual({
    'bus.sourceName': ['claims-7.csv'],
    'file.name': 'claims-7.csv',
  });
});

test('fields of a message without a type suspend it', async () => {
  const error = await failure(promoted(messageOf('{}'), { fields: { level: 'level' } }));
  expect(error).toMatchObject({ code: 'PROMOTION_UNTYPED', kind: 'message' });
});

test('keeps the document, the bytes and the message itself', async () => {
  const message = messageOf('{"level":1}', { type: 'claim', document: { level: 1 } });
  const made = (await promote.execute(message, { fields: { l: 'level' } }, { ...contextOf([]), schemas })) as Message;
  expect({ ...made, context: 0 }).toEqual({ ...message, context: 0 });
  expect(propertiesOf(message)).toEqual({ origin: 'here' });
});
