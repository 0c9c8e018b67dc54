/**
 * Load over HTTP and its sink in one process: POSTs documents over 64 connections for so many seconds, and counts what
 * arrives at the sink; of a process in steps, its last one. Usage: node load-http.ts <name of the bodies>; commands and answers are JSON lines on stdin and stdout.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { Pool } from 'undici';
import { bodies } from './bodies.ts';
import { hundredths, quantile } from './round.ts';

export interface LoadOrder {
  /** With commas between where there are several: they share the connections. */
  readonly url: string;
  readonly seconds: number;
  /** Seconds of load before, which are not counted. */
  readonly warmup?: number;
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
const { contentType, make } = bodies[process.argv[2] as keyof typeof bodies];
const headers = { 'content-type': contentType };
/** When nothing has come for so long (ms), nothing more is waited for. */
const SILENCE = 10_000;

let delivered = 0;
let lastDelivery = 0;
const sink = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const isStep = request.url!.endsWith('/step');
    if (!isStep) {
      delivered += 1;
      lastDelivery = performance.now();
    }
    if (isStep || request.url!.endsWith('/last'))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    else response.writeHead(200).end();
  });
});
sink.keepAliveTimeout = 60_000;
sink.listen(0, '127.0.0.1', () => {
  const { port } = sink.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, sink: `http://127.0.0.1:${port}/sink` })}\n`);
});

interface Target {
  readonly pool: Pool;
  readonly path: string;
}

async function load({ url, seconds, warmup = 0 }: LoadOrder): Promise<LoadResult> {
  const urls = url.split(',').map((each) => new URL(each));
  const connections = CONNECTIONS / urls.length;
  const targets = urls.map(({ origin, pathname }): Target => {
    return { pool: new Pool(origin, { connections, pipelining: 1 }), path: pathname };
  });
  if (warmup > 0) await pushed(targets, warmup);
  const began = performance.now();
  const latencies = await pushed(targets, seconds);
  await Promise.all(targets.map(({ pool }) => pool.close()));
  return {
    accepted: latencies.length,
    delivered,
    perSecond: Math.round((delivered * 1000) / (lastDelivery - began)),
    p50: hundredths(quantile(latencies, 0.5)),
    p99: hundredths(quantile(latencies, 0.99)),
  };
}

/** Answers' latencies, once all of them were delivered. */
async function pushed(targets: readonly Target[], seconds: number): Promise<number[]> {
  delivered = 0;
  const latencies = await push(targets, seconds);
  await allDelivered(latencies.length);
  return latencies;
}

/** Every connection always has one request under way. */
async function push(targets: readonly Target[], seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  const latencies: number[] = [];
  let next = 0;
  const one = async ({ pool, path }: Target) => {
    while (performance.now() < until) {
      const began = performance.now();
      next += 1;
      const answer = await pool.request({ method: 'POST', path, body: make(next), headers });
      await answer.body.dump();
      if (answer.statusCode >= 300) throw new Error(`the answer was ${answer.statusCode}`);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => one(targets[index % targets.length]!)));
  return latencies;
}

/** Until the sink has had `count`, or nothing comes any more. */
async function allDelivered(count: number): Promise<void> {
  const since = performance.now();
  while (delivered < count && performance.now() - Math.max(since, lastDelivery) < SILENCE) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  void load(JSON.parse(line) as LoadOrder).then(
    (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
    (error: Error) => process.stdout.write(`${JSON.stringify({ failed: error.message })}\n`),
  );
});
