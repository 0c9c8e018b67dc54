/** The operations of an OpenAPI document, as far as an import has to know them. */
import { asList, asNode, type Node } from '../../openapi/node.ts';
import type { At, ContractSchemas } from './contract-schemas.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Where its JSON Schema stands. */
  readonly request: At | undefined;
  /** How the request is written; undefined where there is none. */
  readonly body: 'json' | 'form' | 'multipart' | 'text' | 'file' | 'xml' | undefined;
  readonly bodyRequired: boolean;
  readonly response: At | undefined;
  /** By status, in JSON of the contract's own: what a process may say in place of a success. */
  readonly refusals: ReadonlyMap<string, At>;
  /** Of path and query; `node` is the parameter. */
  readonly parameters: readonly At[];
}

export function operationsOf(document: Node, main: string, schemas: ContractSchemas): Operation[] {
  return Object.entries(asNode(document['paths'])).flatMap(([path, written]) => {
    const item = schemas.resolved(written, main);
    return METHODS.flatMap((method) =>
      item.node[method] === undefined ? [] : [operationOf(path, method, item, schemas)],
    );
  });
}

function operationOf(path: string, method: string, item: At, schemas: ContractSchemas): Operation {
  const { node, file } = schemas.resolved(item.node[method], item.file);
  const parameters = [
    ...asList(item.node['parameters']).map((each) => schemas.resolved(each, item.file)),
    ...asList(node['parameters']).map((each) => schemas.resolved(each, file)),
  ].filter(({ node: { in: place } }) => place === 'path' || place === 'query');
  const responses = asNode(node['responses']);
  const good = Object.keys(responses)
    .filter((status) => /^2/.test(status))
    .sort();
  const answers = good.flatMap((status) => bodyIn(responses[status], file, JSON_TYPES, schemas) ?? []);
  return {
    name: String(node['operationId'] ?? `${method} ${path}`),
    method,
    path,
    ...requestOf(node['requestBody'], file, schemas),
    bodyRequired: schemas.resolved(node['requestBody'], file).node['required'] === true,
    response: answers[0],
    refusals: refusalsOf(responses, file, schemas),
    parameters,
  };
}

/** What the bus says itself: who may call, how much, and in which form. */
const OWN_STATUSES = new Set(['401', '403', '405', '406', '413', '415', '429']);
const OWN_JSON = /^application\/(?!problem\+json)(?:[\w.+-]+\+)?json\b/i;

function refusalsOf(responses: Node, file: string, schemas: ContractSchemas): Map<string, At> {
  const statuses = Object.keys(responses).filter((status) => /^4\d\d$/.test(status) && !OWN_STATUSES.has(status));
  return new Map(
    statuses.flatMap((status) => {
      const body = bodyIn(responses[status], file, OWN_JSON, schemas);
      return body ? [[status, body] as const] : [];
    }),
  );
}

const JSON_TYPES = /^(?:application\/(?:[\w.+-]+\+)?json\b|\*\/\*)/i;
const KINDS: readonly (readonly [NonNullable<Operation['body']>, RegExp])[] = [
  ['json', JSON_TYPES],
  ['form', /^application\/x-www-form-urlencoded\b/i],
  ['multipart', /^multipart\/form-data\b/i],
  ['xml', /^(?:application|text)\/(?:[\w.+-]+\+)?xml\b/i],
  ['text', /^text\//i],
  ['file', /./],
];

function requestOf(value: unknown, file: string, schemas: ContractSchemas): Pick<Operation, 'request' | 'body'> {
  const types = Object.keys(asNode(schemas.resolved(value, file).node['content']));
  const kind = KINDS.find(([, media]) => types.some((type) => media.test(type)));
  if (!kind) return { request: undefined, body: undefined };
  const [body, media] = kind;
  return { request: bodyIn(value, file, media, schemas), body };
}

function bodyIn(value: unknown, from: string, wanted: RegExp, schemas: ContractSchemas): At | undefined {
  const { node, file } = schemas.resolved(value, from);
  const content = asNode(node['content']);
  const type = Object.keys(content).find((media) => wanted.test(media));
  const schema = type === undefined ? undefined : asNode(content[type])['schema'];
  return schema === undefined ? undefined : { node: asNode(schema), file };
}

/** The fields that a document of parameters has. */
export function fieldsOf(parameters: readonly At[], schemas: ContractSchemas) {
  const properties = parameters.map(({ node, file }) => {
    const [content] = Object.values(asNode(node['content']));
    const schema = node['schema'] ?? asNode(content)['schema'] ?? { type: 'string' };
    return [String(node['name']), schemas.made({ node: asNode(schema), file })] as const;
  });
  const required = parameters.filter(({ node }) => node['required'] === true).map(({ node }) => String(node['name']));
  return { properties: Object.fromEntries(properties), required: [...new Set(required)] };
}

export function objectOf(properties: Readonly<Record<string, unknown>>, required: readonly string[]): Node {
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}
