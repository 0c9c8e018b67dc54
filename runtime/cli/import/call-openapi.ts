/** An application that calls the service of an OpenAPI document: a send port for each operation. */
import { asList, asNode, type Node } from '../../openapi/node.ts';
import { fieldsOf, type Operation, objectOf } from './operations.ts';
import type { Workshop } from './workshop.ts';

export function callOf(operations: readonly Operation[], document: Node, shop: Workshop): string {
  const server = operations.length > 0 ? serverOf(document, shop) : '';
  const ports = operations.flatMap((operation) => portOf(operation, server, shop));
  const { name } = shop;
  const head = [`application: ${name}`, `description: Calls ${name}, as its OpenAPI document says.`, 'sendPorts:'];
  return [...head, ...ports, ''].join('\n');
}

function portOf(
  { name, method, path, request, body, response, parameters }: Operation,
  server: string,
  shop: Workshop,
) {
  const { names, notes, schemas } = shop;
  const port = names.unique(name);
  const asked = names.unique(`${name} request`);
  const bodiless = method === 'get' || method === 'delete';
  const told = body === 'json' || body === 'form' || body === 'multipart' ? request : undefined;
  if (told === undefined && !bodiless && method !== 'post')
    notes.push(`${name} takes no JSON: its message is made of its parameters alone.`);
  const inPath = parameters.filter(({ node }) => node['in'] === 'path').map(({ node }) => String(node['name']));
  const { properties, required } = fieldsOf(parameters, schemas);
  const promote = told === undefined ? Object.fromEntries(inPath.map((each) => [`${asked}.${each}`, each])) : {};
  const schema = told ? schemas.made(told) : objectOf(properties, required);
  shop.write(asked, `Asks ${name} of ${shop.name}.`, schema, promote);
  const url = path.replace(/\{([^}]+)\}/g, (_, parameter: string) => `{${asked}.${parameter}}`);
  if (told !== undefined && inPath.length > 0)
    notes.push(
      `${port}: give its messages the properties ${inPath.map((each) => `${asked}.${each}`).join(', ')}; they stand in the path.`,
    );
  return [
    `  ${port}:`,
    '    transport: rest',
    `    method: ${method.toUpperCase()}`,
    `    url: ${JSON.stringify(server + url)}`,
    ...(bodiless && parameters.length > inPath.length ? ['    query: true'] : []),
    ...(told && body !== 'json' ? [`    body: ${body}`] : []),
    '    pipeline: json-send',
    ...answerOf({ name, response }, shop),
    '    retry: { attempts: 5, first: 2s, factor: 3, max: 5m }',
    `    # filter: message.type == "${asked}"`,
  ];
}

function answerOf({ name, response }: Pick<Operation, 'name' | 'response'>, shop: Workshop): string[] {
  if (response === undefined) return [];
  const answer = shop.names.unique(`${name} response`);
  shop.write(answer, `Answers ${name} of ${shop.name}.`, shop.schemas.made(response));
  return [`    response: ${answer}`];
}

function serverOf(document: Node, { main, name, notes }: Workshop): string {
  const { url: written, variables } = asNode(asList(document['servers'])[0]);
  const url = String(written ?? '').replace(/\{(\w+)\}/g, (whole, variable: string) =>
    String(asNode(asNode(variables)[variable])['default'] ?? whole),
  );
  if (/^https?:\/\//.test(url) && !url.includes('{')) return url.replace(/\/$/, '');
  notes.push(`${main} names no whole server address: write it into the urls of config/applications/${name}.yaml.`);
  return 'http://127.0.0.1:1';
}
