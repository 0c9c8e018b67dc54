/** An application that calls the service of an OpenAPI document: a send port for each operation. */

import type { Node } from '../../openapi/node.ts';
import { serverOf } from '../../openapi/server-address.ts';
import { authHint } from './auth-hint.ts';
import type { Operation } from './operations.ts';
import { requestSchema } from './request-schema.ts';
import type { Workshop } from './workshop.ts';

/** Where the contract does not say where its service is. */
const NOWHERE = 'http://127.0.0.1:1';

export function callOf(operations: readonly Operation[], document: Node, shop: Workshop): string {
  const { name, main, notes } = shop;
  const server = serverOf(document);
  if (server === undefined && operations.length > 0)
    notes.push(
      `${main} names no whole server address: write it as the url of the ports in config/applications/${name}.yaml.`,
    );
  const hint = authHint(document, name);
  const ports = operations.flatMap((operation) => portOf(operation, { server, hint }, shop));
  const head = [`application: ${name}`, `description: Calls ${name}, as its OpenAPI document says.`, 'sendPorts:'];
  return [...head, ...ports, ''].join('\n');
}

interface Service {
  readonly server: string | undefined;
  readonly hint: string | undefined;
}

function portOf(operation: Operation, { server, hint }: Service, shop: Workshop): string[] {
  const { name } = operation;
  const port = shop.names.unique(name);
  const asked = shop.names.unique(`${name} request`);
  shop.write(asked, `Asks ${name} of ${shop.name}.`, requestSchema(operation, shop));
  return [
    `  ${port}:`,
    '    transport: rest',
    `    openapi: schemas/${shop.name}/contract/${shop.main}`,
    `    operation: ${JSON.stringify(name)}`,
    server === undefined ? `    url: ${NOWHERE}` : `    # url: in place of ${server}`,
    ...(hint === undefined ? [] : [`    ${hint}`]),
    '    pipeline: json-send',
    ...answerOf(operation, shop),
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
