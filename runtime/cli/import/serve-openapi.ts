/**
 * An application that serves an OpenAPI document: one receive location for all operations. What a message of an operation looks like is
 * told in docs/rest.md; it is written here as message types.
 */
import { requestTypeOf, responseTypeOf } from '../../openapi/kebab.ts';
import type { Node } from '../../openapi/node.ts';
import type { Operation } from './operations.ts';
import { requestSchema } from './request-schema.ts';
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
