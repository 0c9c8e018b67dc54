/**
 * What a message looks like that asks for an operation of a contract, whether it is served or called: its body, its parameters, or both
 * (see docs/rest.md).
 */
import { asNode, type Node } from '../../openapi/node.ts';
import type { At, ContractSchemas } from './contract-schemas.ts';
import { fieldsOf, type Operation, objectOf } from './operations.ts';
import type { Workshop } from './workshop.ts';

export function requestSchema(operation: Operation, { schemas, notes }: Workshop): Node {
  const { name, path, parameters, body, bodyRequired } = operation;
  if (body === 'xml')
    notes.push(`${name} takes XML alone, which goes on as it comes: give it a message type of its own.`);
  const { properties, required } = fieldsOf(parameters, schemas);
  const known = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, parameter]) => parameter!);
  for (const parameter of known) properties[parameter] ??= { type: 'string' };
  const needed = [...new Set([...required, ...known])];
  const inner = body === undefined || body === 'xml' ? undefined : bodySchema(operation, schemas);
  if (inner === undefined) return objectOf(properties, needed);
  if (Object.keys(properties).length === 0) return inner;
  return objectOf({ ...properties, body: inner }, bodyRequired ? [...needed, 'body'] : needed);
}

/** How a document tells of a file, which is a part of the message. */
const FILE: Node = {
  type: 'object',
  required: ['part'],
  properties: {
    part: { type: 'string' },
    fileName: { type: 'string' },
    contentType: { type: 'string' },
    size: { type: 'integer' },
  },
};

function bodySchema({ body, request }: Operation, schemas: ContractSchemas): Node {
  if (body === 'file') return FILE;
  if (request === undefined) return body === 'text' ? { type: 'string' } : {};
  return body === 'multipart' ? formSchema(request, schemas) : schemas.made(request);
}

function formSchema(request: At, schemas: ContractSchemas): Node {
  const { node, file } = schemas.resolved(request.node, request.file);
  const made = schemas.made({ node, file });
  const fields = Object.entries(asNode(node['properties'])).flatMap(([name, value]) => {
    const field = schemas.resolved(value, file);
    const items = schemas.resolved(field.node['items'], field.file);
    if (isFile(field.node)) return [[name, FILE] as const];
    return isFile(items.node) ? [[name, { type: 'array', items: FILE }] as const] : [];
  });
  return { ...made, properties: { ...asNode(made['properties']), ...Object.fromEntries(fields) } };
}

const isFile = ({ type, format, contentMediaType }: Node) =>
  (type === 'string' && format === 'binary') || (contentMediaType !== undefined && type !== 'object');
