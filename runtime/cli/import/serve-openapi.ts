/**
 * An application that serves an OpenAPI document: one receive location for all operations. What a message of an operation looks like is
 * told in docs/rest.md; it is written here as message types.
 */
import { requestTypeOf, responseTypeOf } from '../../openapi/kebab.ts';
import { asNode, type Node } from '../../openapi/node.ts';
import type { At, ContractSchemas } from './contract-schemas.ts';
import { fieldsOf, type Operation, objectOf } from './operations.ts';
import type { Workshop } from './workshop.ts';

export function serveOpenapi(operations: readonly Operation[], document: Node, shop: Workshop): string {
  const { name, main, names, notes } = shop;
  const port = names.unique(name);
  const served = operations.map((operation) => typesOf(operation, shop));
  const answers = served.flatMap(({ response }) => (response === undefined ? [] : [response]));
  const others = served.flatMap(({ options }) => options);
  const secured = JSON.stringify(document).includes('"security"');
  if (secured)
    notes.push('The contract demands proof of who calls: say what is asked of callers in `access` of the location.');
  return [
    `application: ${name}`,
    `description: Serves ${name}, as its OpenAPI document says.`,
    'receivePorts:',
    `  ${port}:`,
    ...(answers.length > 0 ? [`    response: [${answers.join(', ')}]`] : []),
    '    locations:',
    '      api:',
    '        transport: rest',
    `        openapi: schemas/${name}/contract/${main}`,
    '        # path: where it lies, in place of the path of its first server',
    '        pipeline: json-receive',
    ...(others.length > 0 ? ['        operations:', ...others] : []),
    `# bindings: { <orchestration>: { <its port>: ${port} } }`,
    ...filtersOf(operations),
    '',
  ].join('\n');
}

function filtersOf(operations: readonly Operation[]): string[] {
  const [first] = operations;
  return first ? [`# or a send port with a filter, as rest.operation == ${JSON.stringify(first.name)}`] : [];
}

interface Types {
  readonly response: string | undefined;
  /** Lines below `operations`, where a type is not called as usual. */
  readonly options: readonly string[];
}

function typesOf(operation: Operation, shop: Workshop): Types {
  const { name, response } = operation;
  const asked = shop.names.unique(`${name} request`);
  shop.write(asked, `Asks ${name} of ${shop.name}.`, requestSchema(operation, shop));
  const answer = response && shop.names.unique(`${name} response`);
  if (response && answer) shop.write(answer, `Answers ${name} of ${shop.name}.`, shop.schemas.made(response));
  const own = [
    ...(asked === requestTypeOf(name) ? [] : [`request: ${asked}`]),
    ...(answer === undefined || answer === responseTypeOf(name) ? [] : [`response: ${answer}`]),
  ];
  const options = own.length > 0 ? [`          ${JSON.stringify(name)}: { ${own.join(', ')} }`] : [];
  return { response: answer, options };
}

function requestSchema(operation: Operation, { schemas, notes }: Workshop): Node {
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
