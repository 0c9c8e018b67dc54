/**
 * Load over RabbitMQ: keeps so many messages under way between two queues, and measures how long each takes.
 * Usage: node load-amqp.ts <url> <source queue> <target queue>; commands and answers are JSON lines on stdin and stdout.
 */
import { createInterface } from 'node:readline';
import { connect } from 'amqplib';
import { bodies } from './bodies.ts';
import { hundredths, quantile } from './round.ts';

export interface AmqpLoadResult {
  readonly count: number;
  readonly perSecond: number;
  /** Milliseconds from sending to arrival. */
  readonly p50: number;
  readonly p99: number;
}

const UNDER_WAY = 512;
const [url, source, target] = process.argv.slice(2) as [string, string, string];
const model = await connect(url);
const sending = await model.createConfirmChannel();
const taking = await model.createChannel();
await sending.assertQueue(source, { durable: true });
await sending.assertQueue(target, { durable: true });
let number = 0;
let onArrival = (_sent: number) => {};
const options = { persistent: true, contentType: 'application/json' };

function send(): void {
  number += 1;
  sending.sendToQueue(source, Buffer.from(bodies.parcel.make(number)), { ...options, messageId: String(number) });
}

await taking.prefetch(1000);
await taking.consume(target, (message) => {
  if (!message) return;
  const { sent } = JSON.parse(message.content.toString()) as { sent: number };
  taking.ack(message);
  onArrival(sent);
});

function load(seconds: number): Promise<AmqpLoadResult> {
  return new Promise((resolve) => {
    const began = performance.now();
    const until = began + seconds * 1000;
    const latencies: number[] = [];
    let underWay = UNDER_WAY;
    onArrival = (sent) => {
      const now = performance.now();
      latencies.push(now - sent);
      if (now < until) {
        send();
        return;
      }
      underWay -= 1;
      if (underWay > 0) return;
      const perSecond = Math.round((latencies.length * 1000) / (now - began));
      resolve({
        count: latencies.length,
        perSecond,
        p50: hundredths(quantile(latencies, 0.5)),
        p99: hundredths(quantile(latencies, 0.99)),
      });
    };
    for (let index = 0; index < UNDER_WAY; index += 1) send();
  });
}

process.stdout.write('{"ready":true}\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { seconds } = JSON.parse(line) as { seconds: number };
  void load(seconds).then(
    (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
    (error: Error) => process.stdout.write(`${JSON.stringify({ failed: error.message })}\n`),
  );
});
