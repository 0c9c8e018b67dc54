/** What is taken out of a message is nowhere in it any more; what cannot be taken out for sure does not pass. */
import { bytesOf, type Message } from '../../../../runtime/contracts/message.ts';
import { BUS } from '../../../../runtime/contracts/properties.ts';
import { idempotencyKey } from '../../../../runtime/pipelines/components/idempotency-key.ts';
import { redact } from '../../../../runtime/pipelines/components/redact.ts';
import { compileFiles } from '../../schemas/compiled.ts';
import { contextOf, messageOf, propertiesOf } from '../runs.ts';

const { schemas } = compileFiles({
  'schemas/claim.schema.json': JSON.stringify({
    type: 'object',
    additionalProperties: false,
    properties: {
      id: { type: 'string' },
      citizen: { type: 'object', additionalProperties: false, properties: { nino: { type: 'string' }, 'a.b': {} } },
      lines: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          properties: { note: { type: 'string' }, n: { type: 'integer' } },
        },
      },
    },
  }),
  'schemas/claim.message.yaml':
    'message: claim\nschema: claim.schema.json\npromote: { c.id: id, c.nino: citizen.nino }\n',
  'schemas/case.xsd':
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Case"><xs:complexType><xs:sequence><xs:element name="Ref" type="xs:string"/><xs:element name="Nino" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:schema>',
  'schemas/case.message.yaml': 'message: case\nschema: case.xsd\nroot: Case\n',
});
const context = { ...contextOf([]), schemas };

const CLAIM = {
  id: '7',
  citizen: { nino: 'QQ123456C', 'a.b': 1 },
  lines: [{ note: 'ill', n: 1 }, { n: 2 }, { note: 'x', n: 3 }],
};

function claim(document: object = CLAIM, withDocument = false): Message {
  const promoted = schemas.find('claim')!.promote(document);
  const known = withDocument ? { document } : {};
  return messageOf(JSON.stringify(document), {
    type: 'claim',
    context: new Map([...promoted, ['kept', { value: 1, promoted: false }]]),
    ...known,
  });
}

const textOf = async ({ parts }: Message) => Buffer.from(await bytesOf(parts[0])).toString();
const redacted = async (message: Message, fields: string[], mask?: string) =>
  (await redact.execute(message, { fields, ...(mask === undefined ? {} : { with: mask }) }, context)) as Message;

test.each([false, true])('out of the body, the document and the properties (document at hand: %s)', async (atHand) => {
  const message = claim(CLAIM, atHand);
  const given = await redacted(message, ['citizen.nino', 'citizen.a.b', 'lines.note']);
  const expected = { id: '7', citizen: {}, lines: [{ n: 1 }, { n: 2 }, { n: 3 }] };
  expect(JSON.parse(await textOf(given))).toEqual(expected);
  expect(given.document).toEqual(expected);
  expect(propertiesOf(given)).toEqual({ 'c.id': '7', kept: [1] });
  expect(JSON.parse(await textOf(message))).toEqual(CLAIM);
});

test('a text takes the place of a field, also in what is promoted, and only where one stands', async () => {
  const given = await redacted(claim(), ['citizen.nino', 'lines.note'], '***');
  expect(given.document).toEqual({
    ...CLAIM,
    citizen: { nino: '***', 'a.b': 1 },
    lines: [{ note: '***', n: 1 }, { n: 2 }, { note: '***', n: 3 }],
  });
  expect(propertiesOf(given)).toMatchObject({ 'c.nino': '***' });
});

test('a message in which nothing is to be taken out keeps its bytes', async () => {
  const message = claim({ id: '7' });
  expect(await redacted(message, ['citizen.nino', 'lines.note'])).toBe(message);
});

test('XML is written again by its schema', async () => {
  const message = messageOf('<Case><Ref>1</Ref><Nino>QQ123456C</Nino></Case>', { type: 'case' });
  expect(await textOf(await redacted(message, ['Nino']))).toMatch(/<Case><Ref>1<\/Ref><\/Case>$/);
});

test.each([
  ['REDACTION_UNTYPED', messageOf('x'), 'id'],
  ['REDACTION_UNKNOWN', claim(), 'citizen.nin'],
  ['REDACTION_UNKNOWN', claim(), 'id.inside'],
  ['JSON_SYNTAX', messageOf('{', { type: 'claim' }), 'id'],
])('%s: nothing passes', async (code, message, field) => {
  await expect(redacted(message, [field])).rejects.toMatchObject({ code });
});

describe('idempotency-key', () => {
  const keyed = async (of: string) => (await idempotencyKey.execute(claim(), { of }, context)) as Message;

  test('is made of properties', async () => {
    expect((await keyed('claim-{c.id}/{kept}')).context.get(BUS.idempotencyKey)).toEqual({
      value: 'claim-7/1',
      promoted: false,
    });
  });

  test('is not made without one of them', async () => {
    await expect(keyed('claim-{c.idd}')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_INCOMPLETE',
      message: expect.stringContaining('c.idd'),
    });
  });
});
