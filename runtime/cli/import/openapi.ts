/**
 * `guildhall import openapi`: a REST service's contract, a message type for what goes in and out of each operation, and an application
 * that calls it, or one that serves it.
 */
import { parse } from 'yaml';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { asNode, type Node } from '../../openapi/node.ts';
import { isSwagger2, openapiOf } from '../../openapi/swagger-2.ts';
import { callOf } from './call-openapi.ts';
import { ContractSchemas } from './contract-schemas.ts';
import { failed, type Gathered } from './gather.ts';
import type { Imported, ImportOptions } from './imported.ts';
import { operationsOf } from './operations.ts';
import { serveOpenapi } from './serve-openapi.ts';
import { openWorkshop } from './workshop.ts';

export function importOpenapi({ files }: Gathered, { name, taken, serve }: ImportOptions): Imported {
  const documents = new Map([...files].map(([file, text]) => [file, parsed(file, text)]));
  const [[main, document]] = documents as unknown as [[string, Node]];
  if (!/^3\./.test(String(document['openapi'])))
    throw failed(main, 'it is neither an OpenAPI 3 nor a Swagger 2.0 document');
  const written = new Map([...files].map(([file, text]) => [`schemas/${name}/contract/${file}`, text]));
  const shop = openWorkshop(name, main, taken, new ContractSchemas(name, documents), written);
  const operations = operationsOf(document, main, shop.schemas);
  const application = serve ? serveOpenapi(operations, document, shop) : callOf(operations, document, shop);
  for (const [file, text] of shop.schemas.definitions()) written.set(file, text);
  if (operations.length > 0) written.set(`config/applications/${name}.yaml`, application);
  else shop.notes.push(`${main} has no operations.`);
  return { files: written, notes: shop.notes };
}

function parsed(file: string, text: string): Node {
  try {
    const document = asNode(parse(text));
    return isSwagger2(document) ? openapiOf(document) : document;
  } catch (thrown) {
    throw failed(file, reasonOf(thrown));
  }
}
