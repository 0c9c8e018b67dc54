/** The contract itself, for callers: at a path of its own, under the same conditions as all else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bundled } from '../../../runtime/openapi/bundle.ts';
import type { ContractConfig } from './config.ts';
import type { OpenContract } from './open-contract.ts';

export const PUBLISH_DEFAULT = '/openapi.json';

/** Undefined where it is not published, or the contract has an operation there. */
export function publishedAt(
  { base, paths }: OpenContract,
  { publish = PUBLISH_DEFAULT }: ContractConfig,
): string | undefined {
  if (publish === '') return undefined;
  const path = base + publish;
  return paths.some(({ template }) => template === path) ? undefined : path;
}

/** Made when it is first asked for: a reference that nothing uses may lead to files that were not read. */
export function compilePublishing({
  contract,
  base,
}: OpenContract): (request: IncomingMessage, response: ServerResponse) => void {
  let text: string | undefined;
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(request.method === 'OPTIONS' ? 204 : 405, { Allow: 'GET, HEAD, OPTIONS' }).end();
      return;
    }
    text ??= bundled(contract.documents, base);
    const bytes = Buffer.from(text);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes.length });
    response.end(bytes);
  };
}
