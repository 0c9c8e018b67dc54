/** Runs pipelines over messages given as text. */
import { type Message, type Part, partOf } from '../../../runtime/contracts/message.ts';
import type { Pipeline, PipelineContext } from '../../../runtime/contracts/pipeline.ts';
import { BUS } from '../../../runtime/contracts/properties.ts';
import type { SchemaSet } from '../../../runtime/contracts/schema.ts';
import { builtInPipelines } from '../../../runtime/pipelines/built-in.ts';
import { runPipeline } from '../../../runtime/pipelines/run.ts';
import { compileFiles } from '../schemas/compiled.ts';

export const schemas: SchemaSet = compileFiles({
  'schemas/report.schema.json': JSON.stringify({
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, level: { type: 'integer' } },
  }),
  'schemas/report.message.yaml': 'message: report\nschema: report.schema.json\npromote: { r.id: id }\n',
  'schemas/level.schema.json': '{"type":"object","required":["level"],"properties":{"level":{"type":"integer"}}}',
  'schemas/level.message.yaml': 'message: level\nschema: level.schema.json\n',
  'schemas/row.message.yaml': 'message: row\nschema: report.schema.json\nformat: csv\npromote: { r.id: id }\n',
  'schemas/bare.message.yaml': 'message: bare\nschema: report.schema.json\nformat: csv\ncsv: { header: false }\n',
  'schemas/order.xsd':
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o" elementFormDefault="qualified"><xs:element name="Order"><xs:complexType><xs:sequence><xs:element name="Id" type="xs:int"/></xs:sequence></xs:complexType></xs:element><xs:element name="Shared" type="xs:string"/></xs:schema>',
  'schemas/order.message.yaml': 'message: order\nschema: order.xsd\nroot: Order\npromote: { o.id: Id }\n',
  'schemas/one.message.yaml': 'message: one\nschema: order.xsd\nroot: Shared\n',
  'schemas/two.message.yaml': 'message: two\nschema: order.xsd\nroot: Shared\n',
  'schemas/any.message.yaml': 'message: any\nformat: xml\n',
}).schemas;

export function contextOf(expected: readonly string[], signal = new AbortController().signal): PipelineContext {
  let count = 0;
  const newId = () => {
    count += 1;
    return `new-${count}`;
  };
  return { schemas, expected, newId, signal };
}

export function messageOf(body: string | Uint8Array | Part, change: Partial<Message> = {}): Message {
  const part = typeof body === 'string' || body instanceof Uint8Array ? partOf(Buffer.from(body), 'x/y') : body;
  const context = new Map([['origin', { value: 'here', promoted: true }]]);
  return { id: 'm', interchange: 'i', type: undefined, parts: [part], context, ...change };
}

export async function run(
  pipeline: string | Pipeline,
  message: Message,
  expected: readonly string[] = [],
): Promise<Message[]> {
  const steps = typeof pipeline === 'string' ? builtInPipelines.get(pipeline)! : pipeline;
  const messages: Message[] = [];
  for await (const next of runPipeline(steps, message, contextOf(expected))) messages.push(next);
  return messages;
}

export const propertiesOf = ({ context }: Message) =>
  Object.fromEntries([...context].map(([name, { value, promoted }]) => [name, promoted ? value : [value]]));

export const typeProperty = BUS.messageType;

export const failure = (
  running: Promise<unknown>,
): Promise<{ code: string; message: string; kind: string; detail: unknown }> =>
  running.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error) => error,
  );
