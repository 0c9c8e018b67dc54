/**
 * A Swagger 2.0 document in the words of OpenAPI 3.0: servers, bodies and answers with their media types, parameters with schemas. Its
 * definitions stay where they are, so that references to them still lead there.
 */

import { asList, asNode, type Node } from './node.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const mapped = (node: Node, change: (value: unknown) => unknown): Node =>
  Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value)]));

export const isSwagger2 = (document: Node): boolean => /^2\./.test(String(document['swagger']));

export function openapiOf(document: Node): Node {
  const { host, basePath = '', schemes } = document as { host?: string; basePath?: string; schemes?: string[] };
  const scheme = schemes?.includes('https') || !schemes?.[0] ? 'https' : schemes[0];
  const url = host === undefined ? basePath : `${scheme}://${host}${basePath === '/' ? '' : basePath}`;
  return {
    ...document,
    openapi: '3.0.3',
    servers: url === '' ? [] : [{ url }],
    parameters: mapped(asNode(document['parameters']), parameterOf),
    responses: mapped(asNode(document['responses']), (response) => responseOf(response, mediaOf(document, 'produces'))),
    paths: mapped(asNode(document['paths']), (item) => pathOf(asNode(item), document)),
  };
}

function pathOf(item: Node, document: Node): Node {
  const operations = METHODS.filter((method) => item[method] !== undefined).map((method) => {
    const operation = asNode(item[method]);
    const parameters = [...asList(item['parameters']), ...asList(operation['parameters'])];
    return [method, operationOf({ ...operation, parameters }, document)] as const;
  });
  return { ...item, parameters: [], ...Object.fromEntries(operations) };
}

function operationOf(operation: Node, document: Node): Node {
  const parameters = asList(operation['parameters']).map((written) => ({ written, node: resolved(written, document) }));
  const body = parameters.findLast(({ node }) => node['in'] === 'body')?.node;
  const fields = parameters.filter(({ node }) => node['in'] === 'formData').map(({ node }) => node);
  const consumes = mediaOf({ ...document, ...operation }, 'consumes');
  const produces = mediaOf({ ...document, ...operation }, 'produces');
  const requestBody = body
    ? { content: { [jsonAmong(consumes)]: { schema: body['schema'] } } }
    : fields.length > 0
      ? { content: { [formAmong(consumes, fields)]: { schema: formOf(fields) } } }
      : undefined;
  return {
    ...operation,
    parameters: parameters
      .filter(({ node }) => node['in'] !== 'body' && node['in'] !== 'formData')
      .map(({ written }) => parameterOf(written)),
    ...(requestBody ? { requestBody } : {}),
    responses: mapped(asNode(operation['responses']), (response) => responseOf(response, produces)),
  };
}

/** A parameter that the same document defines elsewhere. */
function resolved(parameter: unknown, document: Node): Node {
  const reference = asNode(parameter)['$ref'];
  const name = typeof reference === 'string' ? /^#\/parameters\/(.+)$/.exec(reference)?.[1] : undefined;
  return asNode(name === undefined ? parameter : asNode(document['parameters'])[name]);
}

function parameterOf(parameter: unknown): unknown {
  const node = asNode(parameter);
  if (node['$ref'] !== undefined || node['schema'] !== undefined) return node;
  const { name, in: place, required, description, collectionFormat, ...schema } = node;
  const style = schema['type'] === 'array' ? styleOf(String(place), collectionFormat) : {};
  return { name, in: place, required, description, ...style, schema };
}

/** How version 2 writes lists: with commas unless told. */
function styleOf(place: string, format: unknown): Node {
  if (place !== 'query') return {};
  if (format === 'multi') return { style: 'form', explode: true };
  if (format === 'ssv') return { style: 'spaceDelimited', explode: false };
  if (format === 'pipes') return { style: 'pipeDelimited', explode: false };
  return { style: 'form', explode: false };
}

function responseOf(response: unknown, produces: readonly string[]): unknown {
  const { schema, ...node } = asNode(response);
  return schema === undefined ? node : { ...node, content: { [jsonAmong(produces)]: { schema } } };
}

function formOf(fields: readonly Node[]): Node {
  const properties = fields.map(({ name, in: _place, required: _required, type, ...schema }) => [
    String(name),
    type === 'file' ? { ...schema, type: 'string', format: 'binary' } : { ...schema, type },
  ]);
  const required = fields.filter((field) => field['required'] === true).map(({ name }) => String(name));
  return { type: 'object', properties: Object.fromEntries(properties), required };
}

const mediaOf = (node: Node, key: string): readonly string[] => asList(node[key]).map(String);

/** Where there is no other word, it is JSON. */
const jsonAmong = (media: readonly string[]) =>
  media.find((type) => /json/i.test(type)) ?? media[0] ?? 'application/json';

const formAmong = (media: readonly string[], fields: readonly Node[]) =>
  fields.some(({ type }) => type === 'file') || media.some((type) => /multipart/i.test(type))
    ? 'multipart/form-data'
    : 'application/x-www-form-urlencoded';
