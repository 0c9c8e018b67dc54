/** The far end, for the tests: a queue behind HTTP that can break and hang. Where you have the real thing, use that. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FarEnd {
  readonly url: string;
  readonly waiting: Map<string, Uint8Array>;
  /** By idempotency key. */
  readonly taken: Map<string, Uint8Array>;
  breakLink(): Promise<void>;
  healLink(): Promise<void>;
  stall(): Promise<void>;
}

export async function startFarEnd(): Promise<FarEnd> {
  const waiting = new Map<string, Uint8Array>();
  const taken = new Map<string, Uint8Array>();
  let stalled = false;
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;

  async function listen(at: number): Promise<Server> {
    const opened = createServer((request, response) => {
      if (!stalled) serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => opened.listen(at, '127.0.0.1', resolve));
    return opened;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return first(response);
    if (request.method === 'DELETE') {
      response.statusCode = waiting.delete(request.url!.split('/').at(-1)!) ? 204 : 404;
      response.end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    taken.set(String(request.headers['idempotency-key'] || randomUUID()), Buffer.concat(chunks));
    response.writeHead(201).end();
  }

  function first(response: ServerResponse): void {
    const [found] = waiting;
    if (found) response.writeHead(200, { 'x-id': found[0], 'content-type': 'application/json' }).end(found[1]);
    else response.writeHead(204).end();
  }

  return {
    url: `http://127.0.0.1:${port}/queue`,
    waiting,
    taken,
    breakLink: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    healLink: async () => {
      if (stalled) server.closeAllConnections();
      stalled = false;
      if (!server.listening) server = await listen(port);
    },
    stall: async () => {
      stalled = true;
    },
  };
}
