/** The broker is killed (kill -9) and started again while messages pass: what was confirmed is there, what was not taken comes again. */
import { eventually } from '../../../runtime/testing/eventually.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { startOwnRabbitMq } from '../../servers/rabbitmq.ts';
import { whileConsuming, withPort } from './broker.ts';

const never = new AbortController().signal;
const COUNT = 300;
/** A consumer that comes back just when the broker does may have to wait (ms) for a heartbeat. */
const LONG = 60_000;

test(
  'nothing is lost by a crash of the broker',
  async () => {
    const broker = await startOwnRabbitMq();
    const queue = 'orders';
    const assert = { durable: true };
    try {
      await withPort({ url: broker.url, queue, assert }, (port) =>
        whileConsuming({ url: broker.url, queue, assert }, async (location) => {
          const send = async (n: number) => {
            const message = testMessage({ id: `m${n}`, bytes: Buffer.from(`m${n}`), contentType: 'text/plain' });
            await eventually('it is confirmed', () =>
              port.send(message, never).then(
                () => true,
                () => false,
              ),
            );
          };
          for (let n = 0; n < COUNT / 3; n += 1) await send(n);
          const rest = Array.from({ length: (COUNT * 2) / 3 }, (_, n) => send(COUNT / 3 + n));
          await broker.kill();
          await broker.restart();
          await Promise.all(rest);
          const missing = () =>
            Array.from({ length: COUNT }, (_, n) => `m${n}`).filter((m) => !location.seen.includes(m));
          await eventually('all are seen', () => missing().length === 0, LONG).catch((thrown) => {
            throw new Error(`Missing: ${missing()}. The location ended with ${location.failures.map(String)}.`, {
              cause: thrown,
            });
          });
        }),
      );
    } finally {
      await broker.stop();
    }
  },
  2 * LONG,
);
