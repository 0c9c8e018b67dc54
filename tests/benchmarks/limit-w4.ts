/**
 * The hand-written limit of W4: node:http takes a document, a group commit keeps it, undici makes three requests one after the other,
 * and a group commit keeps each answer before the next. No schema, no routing, no history.
 * Usage: node limit-w4.ts <path or URL of the store> <sink url>; prints {"ready":true,"http":"…"}.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { openStates } from './limit-states.ts';

const [store, sink] = process.argv.slice(2) as [string, string];
const states = await openStates(store);
const target = new URL(sink);
const pool = new Pool(target.origin, { connections: 64, pipelining: 1 });
const headers = { 'content-type': 'application/json' };

async function ask(step: string, body: Buffer): Promise<Buffer> {
  const answer = await pool.request({ method: 'POST', path: `${target.pathname}/${step}`, body, headers });
  return Buffer.from(await answer.body.arrayBuffer());
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

const server = createServer(async (request, response) => {
  const body = await bodyOf(request);
  const state = await states.begin(body);
  let answer = body;
  for (const [index, step] of ['step', 'step', 'last'].entries()) {
    answer = await ask(step, body);
    await states.moveOn(state, index + 1, answer);
  }
  response.writeHead(200, headers).end(answer);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, http: `http://127.0.0.1:${port}/in` })}\n`);
});
