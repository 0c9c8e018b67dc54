/** A far end of a test: a real HTTP server that answers each request by a function, and keeps what it was asked. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The address of the far end itself. */
  readonly base: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FarEnd {
  readonly address: string;
  readonly requests: readonly Request[];
  close(): Promise<void>;
}

export const json = (status: number, document: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(document),
});

export const xml = (status: number, body: string): Reply => ({
  status,
  headers: { 'Content-Type': 'text/xml; charset=utf-8' },
  body: `<?xml version="1.0" encoding="utf-8"?>${body}`,
});

export async function openFarEnd(answer: (request: Request) => Reply | Promise<Reply>): Promise<FarEnd> {
  const requests: Request[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = 'GET', headers } = incoming;
    const request = {
      method,
      headers,
      url: new URL(incoming.url!, base),
      body: Buffer.concat(chunks).toString(),
      base,
    };
    requests.push(request);
    const { status, headers: told, body } = await answer(request);
    response.writeHead(status, told).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: base,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
