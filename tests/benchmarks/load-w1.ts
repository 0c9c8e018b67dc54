/**
 * Load and sink of W1 in one process: POSTs 1 KB documents over 64 connections for so many seconds, and counts what
 * arrives at its own sink. Usage: node load-w1.ts; commands and answers are JSON lines on stdin and stdout.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { Pool } from 'undici';

export interface LoadOrder {
  readonly url: string;
  readonly seconds: number;
  readonly warmup: number;
}

export interface LoadResult {
  readonly accepted: number;
  readonly delivered: number;
  readonly perSecond: number;
  /** Milliseconds from sending a request to its answer. */
  readonly p50: number;
  readonly p99: number;
}

const CONNECTIONS = 64;
const FILLER = 'x'.repeat(940);

let delivered = 0;
let lastDelivery = 0;
const sink = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    delivered += 1;
    lastDelivery = performance.now();
    response.writeHead(200).end();
  });
});
sink.keepAliveTimeout = 60_000;
sink.listen(0, '127.0.0.1', () => {
  const { port } = sink.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, sink: `http://127.0.0.1:${port}/sink` })}\n`);
});

async function load({ url, seconds, warmup }: LoadOrder): Promise<LoadResult> {
  const target = new URL(url);
  const pool = new Pool(target.origin, { connections: CONNECTIONS, pipelining: 1 });
  await push(pool, target.pathname, warmup);
  await allDelivered();
  delivered = 0;
  const began = performance.now();
  const latencies = await push(pool, target.pathname, seconds);
  await allDelivered(latencies.length);
  await pool.close();
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  const perSecond = Math.round((delivered * 1000) / (lastDelivery - began));
  return { accepted: latencies.length, delivered, perSecond, p50: at(0.5), p99: at(0.99) };
}

/** Answers' latencies; every connection always has one request under way. */
async function push(pool: Pool, path: string, seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  const latencies: number[] = [];
  let next = 0;
  const one = async () => {
    while (performance.now() < until) {
      const began = performance.now();
      next += 1;
      const body = `{"id":"P-${next}","sent":${began},"text":"${FILLER}"}`;
      const headers = { 'content-type': 'application/json' };
      const answer = await pool.request({ method: 'POST', path, body, headers });
      await answer.body.dump();
      if (answer.statusCode >= 300) throw new Error(`the answer was ${answer.statusCode}`);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return latencies;
}

/** Until the sink has had `count`, or nothing has come for a second. */
async function allDelivered(count = Number.POSITIVE_INFINITY): Promise<void> {
  for (let before = -1; delivered < count && delivered !== before; ) {
    before = delivered;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const round = (value: number) => Math.round(value * 100) / 100;

createInterface({ input: process.stdin }).on('line', (line) => {
  void load(JSON.parse(line) as LoadOrder).then(
    (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
    (error: Error) => process.stdout.write(`${JSON.stringify({ failed: error.message })}\n`),
  );
});
