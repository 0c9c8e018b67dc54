/** An HTTP server that keeps each body once by its Idempotency-Key, and can break or hang; for tests of send ports. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpSink {
  readonly address: string;
  taken(): readonly Uint8Array[];
  /** The requests in the order in which they came. */
  readonly requests: readonly IncomingMessage[];
  breakLink(): Promise<void>;
  healLink(): Promise<void>;
  stall(): Promise<void>;
  close(): Promise<void>;
}

/** `answer` is called once the body is there. */
export async function openSink(
  answer: (body: Buffer, response: ServerResponse, request: IncomingMessage) => void,
  bodyOf: (body: Buffer) => Uint8Array = (body) => body,
): Promise<HttpSink> {
  const bodies = new Map<string, Uint8Array>();
  const requests: IncomingMessage[] = [];
  let stalled = false;
  let server = await open(0);
  const { port } = server.address() as AddressInfo;

  async function open(at: number): Promise<Server> {
    const opened = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => opened.listen(at, '127.0.0.1', resolve));
    return opened;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (stalled) return;
    requests.push(request);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    bodies.set(String(request.headers['idempotency-key'] ?? bodies.size), bodyOf(body));
    answer(body, response, request);
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }

  return {
    address: `http://127.0.0.1:${port}`,
    taken: () => [...bodies.values()],
    requests,
    breakLink: close,
    healLink: async () => {
      if (stalled) server.closeAllConnections();
      stalled = false;
      if (!server.listening) server = await open(port);
    },
    stall: async () => {
      stalled = true;
    },
    close,
  };
}
