/**
 * An application that serves an OpenAPI document: one receive location for all operations. What a message of an operation looks like is
 * told in docs/rest.md; it is written here as message types.
 */
import { requestTypeOf, responseTypeOf } from '../../openapi/kebab.ts';
import type { Node } from '../../openapi/node.ts';
import type { At } from './contract-schemas.ts';
import type { Operation } from './operations.ts';
import { requestSchema } from './request-schema.ts';
import type { Workshop } from './workshop.ts';

export function serveOpenapi(operations: readonly Operation[], document: Node, shop: Workshop): string {
  const { name, main, names, notes } = shop;
  const port = names.unique(name);
  const refusals = new Map<string, string>();
  const served = operations.map((operation) => typesOf(operation, shop, refusals));
  const successes = served.flatMap(({ response }) => (response === undefined ? [] : [response]));
  const answers = [...successes, ...(successes.length > 0 ? refusals.values() : [])];
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

/** `refusals`: the message types that were made of what is said in place of a success, by where it stands. */
function typesOf(operation: Operation, shop: Workshop, refusals: Map<string, string>): Types {
  const { name, response } = operation;
  const asked = shop.names.unique(`${name} request`);
  shop.write(asked, `Asks ${name} of ${shop.name}.`, requestSchema(operation, shop));
  const answer = response && shop.names.unique(`${name} response`);
  if (response && answer) shop.write(answer, `Answers ${name} of ${shop.name}.`, shop.schemas.made(response));
  const own = [
    ...(asked === requestTypeOf(name) ? [] : [`request: ${asked}`]),
    ...(answer === undefined || answer === responseTypeOf(name) ? [] : [`response: ${answer}`]),
  ];
  const told = response ? answersOf(operation, shop, refusals) : [];
  if (told.length > 0) own.push(`answers: { ${told.map(([status, type]) => `"${status}": ${type}`).join(', ')} }`);
  const options = own.length > 0 ? [`          ${JSON.stringify(name)}: { ${own.join(', ')} }`] : [];
  return { response: answer, options };
}

/** A type that stands for several statuses says which by its property rest.status. */
function answersOf({ name, refusals }: Operation, shop: Workshop, known: Map<string, string>): [string, string][] {
  const types = [...refusals].map(([status, at]): [string, string] => [
    status,
    refusalType(name, status, at, shop, known),
  ]);
  return types.filter(([, type]) => types.filter(([, other]) => other === type).length === 1);
}

function refusalType(name: string, status: string, at: At, shop: Workshop, known: Map<string, string>): string {
  const key = `${at.file} ${JSON.stringify(at.node)}`;
  const made = known.get(key);
  if (made !== undefined) return made;
  const reference = String(at.node['$ref'] ?? '')
    .split('/')
    .at(-1);
  const type = shop.names.unique(reference || `${name} ${status}`);
  known.set(key, type);
  shop.write(type, `Refuses what ${shop.name} is asked.`, shop.schemas.made(at));
  return type;
}
