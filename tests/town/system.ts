/**
 * What every legacy system of the town has in common: it runs as a process of its own, says in one line of JSON when it is
 * ready, answers GET /account and POST /control on a port apart from its business, and goes on SIGTERM.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Json = Readonly<Record<string, unknown>>;

export interface System {
  /** Where others reach it, if they do. */
  readonly address?: string;
  /** What it has counted. */
  account(): unknown;
  /** Takes an instruction from whoever runs the town. */
  control?(command: Json): unknown | Promise<unknown>;
  /** Before the process ends. */
  stop?(): void | Promise<void>;
}

/** Runs the system until SIGTERM; its options are JSON in the first argument. */
export async function runSystem<O>(open: (options: O) => System | Promise<System>): Promise<void> {
  const system = await open(JSON.parse(process.argv[2] ?? '{}') as O);
  const { address: control } = await listen(async (request, response) => {
    if (request.method === 'GET' && request.url === '/account') return reply(response, 200, system.account());
    if (request.method !== 'POST' || request.url !== '/control') return reply(response, 404, {});
    try {
      const answer = await system.control?.(JSON.parse(await bodyOf(request)) as Json);
      reply(response, 200, answer ?? {});
    } catch (thrown) {
      reply(response, 400, { reason: String(thrown) });
    }
  });
  const stop = async () => {
    await system.stop?.();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Whoever started the town holds the other end; when that is gone, so is the town.
  process.stdin.resume().once('end', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, address: system.address, control })}\n`);
}

export interface Listening {
  readonly server: Server;
  readonly address: string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Listens on a loopback port, by default a free one. Whoever breaks off in the middle gets no answer, and that is all. */
export function listen(handler: Handler, port = 0): Promise<Listening> {
  const server = createServer(async (request, response) => {
    try {
      await handler(request, response);
    } catch {
      request.socket.destroy();
    }
  });
  server.keepAliveTimeout = 30_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve({ server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    });
  });
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
