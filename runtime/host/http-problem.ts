/** What the listener itself answers: problem details (RFC 9457), without a word about the inside. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Does nothing but cut the connection when an answer was begun already. */
export function answerProblem(response: ServerResponse, status: number, detail: string, url?: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = problem(status, detail, url);
  response.writeHead(status, { 'Content-Type': 'application/problem+json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** For bytes that are no HTTP request (the `clientError` of a server): answered where that still goes, then cut. */
export function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = STATUS_OF[error.code ?? ''] ?? 400;
  endWith(socket, status, 'The request is not well-formed HTTP, or took too long.');
}

/** For CONNECT, which node:http hands over with the bare connection: we are no proxy. */
export function refuseTunnel(socket: Duplex): void {
  endWith(socket, 501, 'No tunnels are made here.');
}

function endWith(socket: Duplex, status: number, detail: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = problem(status, detail);
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function problem(status: number, detail: string, url?: string): string {
  const instance = url?.split('?')[0];
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail, instance });
}
