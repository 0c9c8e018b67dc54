/** Properties stand in the document as its schema would have them; what cannot be placed for sure does not pass. */
import { bytesOf, type Message, type Scalar } from '../../../../runtime/contracts/message.ts';
import { demote } from '../../../../runtime/pipelines/components/demote.ts';
import { compileFiles } from '../../schemas/compiled.ts';
import { contextOf, failure, messageOf, propertiesOf } from '../runs.ts';

const { schemas } = compileFiles({
  'schemas/claim.schema.json': JSON.stringify({
    type: 'object',
    additionalProperties: false,
    properties: {
      header: {
        type: 'object',
        additionalProperties: false,
        properties: {
          sender: { type: 'string', maxLength: 10 },
          level: { type: 'integer' },
          urgent: { type: 'boolean' },
        },
      },
      id: { type: 'string' },
      lines: {
        type: 'array',
        items: { type: 'object', additionalProperties: false, properties: { n: { type: 'integer' } } },
      },
    },
  }),
  'schemas/claim.message.yaml': 'message: claim\nschema: claim.schema.json\npromote: { c.sender: header.sender }\n',
  'schemas/case.xsd':
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Case"><xs:complexType><xs:sequence><xs:element name="Sender" type="xs:string" minOccurs="0"/><xs:element name="Ref" type="xs:string"/></xs:sequence></xs:complexType></xs:element></xs:schema>',
  'schemas/case.message.yaml': 'message: case\nschema: case.xsd\nroot: Case\n',
});

function given(body: string, properties: Record<string, Scalar>, type: string | undefined = 'claim'): Message {
  const context = new Map(Object.entries(properties).map(([name, value]) => [name, { value, promoted: false }]));
  return messageOf(body, { type, context });
}

const demoted = async (message: Message, fields: Record<string, string>) =>
  (await demote.execute(message, { fields }, { ...contextOf([]), schemas })) as Message;
const textOf = async ({ parts }: Message) => Buffer.from(await bytesOf(parts[0])).toString();

test('makes what is absent, typed by the schema, and promotes it', async () => {
  const message = given('{"id":"7"}', { org: 'northgate', level: '3', urgent: 'true' });
  const fields = { 'header.sender': 'org', 'header.level': 'level', 'header.urgent': 'urgent' };
  const made = await demoted(message, fields);
  const expected = { header: { sender: 'northgate', level: 3, urgent: true }, id: '7' };
  expect(JSON.parse(await textOf(made))).toEqual(expected);
  expect(made.document).toEqual(expected);
  expect(propertiesOf(made)).toMatchObject({ 'c.sender': 'northgate' });
  expect(await textOf(message)).toBe('{"id":"7"}');
});

test('takes the place of what stands there, and leaves its neighbours', async () => {
  const made = await demoted(given('{"header":{"sender":"a","level":1}}', { org: 12 }), { 'header.sender': 'org' });
  expect(made.document).toEqual({ header: { sender: '12', level: 1 } });
});

test('writes XML in the order of its schema', async () => {
  const made = await demoted(given('<Case><Ref>1</Ref></Case>', { org: 'x' }, 'case'), { Sender: 'org' });
  expect(await textOf(made)).toContain('<Sender>x</Sender><Ref>1</Ref>');
});

test('a message that lacks the property, or has its value already, keeps its bytes', async () => {
  const message = given('{ "header": {"sender": "x"} }', { org: 'x' });
  expect(await demoted(message, { 'header.sender': 'org', id: 'absent' })).toBe(message);
});

test.each([
  [{ 'header.nothing': 'org' }, 'DEMOTION_UNKNOWN'],
  [{ 'header.nothing': 'absent' }, 'DEMOTION_UNKNOWN'],
  [{ header: 'org' }, 'DEMOTION_UNKNOWN'],
  [{ 'lines.n': 'org' }, 'DEMOTION_UNKNOWN'],
  [{ 'header.level': 'org' }, 'DEMOTION_UNFIT'],
  [{ 'header.level': 'half' }, 'DEMOTION_UNFIT'],
  [{ 'header.urgent': 'org' }, 'DEMOTION_UNFIT'],
  [{ 'header.sender': 'long' }, 'DEMOTION_UNFIT'],
])('%j suspends the message: %s', async (fields, code) => {
  const message = given('{"id":"7"}', { org: 'x', half: 0.5, long: 'more than ten' });
  expect(await failure(demoted(message, fields as Record<string, string>))).toMatchObject({ code, kind: 'message' });
});

test('a message without a type is suspended', async () => {
  const message = messageOf('{}');
  expect(await failure(demoted(message, { id: 'origin' }))).toMatchObject({ code: 'DEMOTION_UNTYPED' });
});
