/**
 * What W2 is measured beside: Express takes a body, fast-xml-parser reads it, ajv validates it, a function maps it, undici
 * posts the result to one of three paths. It keeps nothing: what it has taken is gone when it dies.
 * Usage: node limit-w2.ts <sink url>; prints {"ready":true,"http":"…"}.
 */
import type { AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import express from 'express';
import { XMLParser } from 'fast-xml-parser';
import { Pool } from 'undici';
import { type Order, orderSchema, toPurchase } from './w2-by-hand.ts';

const [sink] = process.argv.slice(2) as [string];
const target = new URL(sink);
const pool = new Pool(target.origin, { connections: 64, pipelining: 1 });
const headers = { 'content-type': 'application/json' };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => name === 'line',
});
const isOrder = new Ajv2020().compile<Order>(orderSchema);

async function forward(order: Order): Promise<void> {
  const body = JSON.stringify(toPurchase(order));
  const answer = await pool.request({ method: 'POST', path: `${target.pathname}/${order.department}`, body, headers });
  await answer.body.dump();
}

const app = express();
app.use(express.text({ type: 'application/xml', limit: '10mb' }));
app.post('/in', (request, response) => {
  const { order } = parser.parse(request.body as string) as { order?: unknown };
  if (!isOrder(order)) {
    response.status(400).json(isOrder.errors);
    return;
  }
  response.status(202).end();
  void forward(order);
});
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, http: `http://127.0.0.1:${port}/in` })}\n`);
});
