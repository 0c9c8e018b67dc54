/**
 * The hand-written limit of W1 on PostgreSQL: node:http takes a body, one INSERT a group makes it durable, undici forwards
 * it, one DELETE a group removes it. No schema, no routing, no history.
 * Usage: node limit-w1-postgres.ts <database url> <sink url>; prints {"ready":true,"http":"…"}.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { openLimitTablePostgres } from './limit-table-postgres.ts';

const [database, sink] = process.argv.slice(2) as [string, string];
const table = await openLimitTablePostgres(database);
const target = new URL(sink);
const pool = new Pool(target.origin, { connections: 64, pipelining: 1 });
const headers = { 'content-type': 'application/json' };

async function forward(message: number, body: Buffer): Promise<void> {
  const answer = await pool.request({ method: 'POST', path: target.pathname, body, headers });
  await answer.body.dump();
  await table.remove(message);
}

function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
  });
}

const server = createServer(async (request, response) => {
  const body = await bodyOf(request);
  const message = await table.insert(body, 0);
  response.writeHead(202).end();
  await forward(message, body);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, http: `http://127.0.0.1:${port}/in` })}\n`);
});
