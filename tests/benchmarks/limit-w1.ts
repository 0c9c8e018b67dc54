/**
 * The hand-written limit of W1: node:http takes a body, a group commit makes it durable, undici or node:http forwards it, a
 * second group commit deletes it. No schema, no routing, no history: what the disk and the HTTP stack allow.
 * Usage: node limit-w1.ts <folder> <sink url> undici|node; prints {"ready":true,"http":"…"}. undici is the faster client.
 */
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'undici';

const [folder, sink, client] = process.argv.slice(2) as [string, string, 'undici' | 'node'];
const database = new DatabaseSync(join(folder, 'limit.db'));
database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;');
database.exec('CREATE TABLE queue (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)');
const insert = database.prepare('INSERT INTO queue (body) VALUES (?)');
const remove = database.prepare('DELETE FROM queue WHERE seq = ?');
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');

type Job = { readonly run: () => void; readonly done: () => void };
let jobs: Job[] = [];

/** Runs `run` inside the next group's transaction and `done` once it is on disk. */
function durably(run: () => void, done: () => void): void {
  if (jobs.push({ run, done }) === 1) setImmediate(flush);
}

function flush(): void {
  const group = jobs;
  jobs = [];
  begin.run();
  for (const { run } of group) run();
  commit.run();
  for (const { done } of group) done();
}

const target = new URL(sink);
const headers = { 'content-type': 'application/json' };
const post = client === 'undici' ? byUndici() : byNode();

function byUndici(): (body: Buffer) => Promise<void> {
  const pool = new Pool(target.origin, { connections: 64, pipelining: 1 });
  return async (body) => {
    const answer = await pool.request({ method: 'POST', path: target.pathname, body, headers });
    await answer.body.dump();
  };
}

function byNode(): (body: Buffer) => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return (body) =>
    new Promise((resolve, reject) => {
      const options = { method: 'POST', agent, headers: { ...headers, 'content-length': body.byteLength } };
      const call = httpRequest(target, options, (answer) => answer.resume().once('end', resolve));
      call.once('error', reject).end(body);
    });
}

const waiting: { readonly seq: number; readonly body: Buffer }[] = [];
let sending = 0;

async function forward(): Promise<void> {
  sending += 1;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { seq, body } = next;
    await post(body);
    durably(
      () => remove.run(seq),
      () => {},
    );
  }
  sending -= 1;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    let seq = 0;
    durably(
      () => {
        seq = Number(insert.run(body).lastInsertRowid);
      },
      () => {
        response.writeHead(202).end();
        waiting.push({ seq, body });
        if (sending < 64) void forward();
      },
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, http: `http://127.0.0.1:${port}/in` })}\n`);
});
