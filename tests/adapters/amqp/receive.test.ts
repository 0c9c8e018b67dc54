/** Consuming from a real RabbitMQ, beyond what the adapter contract asks of every transport. */
import { amqp } from '../../../adapters/amqp/adapter.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { block } from '../../../runtime/testing/supervised-location.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';
import { whileConsuming, withBroker } from './broker.ts';

test('what the broker knows of a message is carried along, and its id is the key', () =>
  withBroker(({ url, name, put }) =>
    whileConsuming({ url, queue: name, headers: ['device'] }, async (location) => {
      const headers = { device: 'phone 7', other: 'x' };
      await put('{}', { messageId: 'M1', correlationId: 'C1', contentType: 'application/json', headers });
      await eventually('it is seen', () => location.seen.length === 1);
      const [incoming] = location.incoming;
      expect(incoming!.key).toBe(`${name}:M1`);
      const carried = Object.fromEntries([...incoming!.context].map(([property, { value }]) => [property, value]));
      expect(carried).toEqual({
        'bus.sourceName': name,
        'amqp.routingKey': name,
        'amqp.exchange': '',
        'amqp.messageId': 'M1',
        'amqp.correlationId': 'C1',
        'amqp.header.device': 'phone 7',
      });
    }),
  ));

test('there is no key without an id, or where the option says so', () =>
  withBroker(({ url, name, put }) =>
    whileConsuming({ url, queue: name, dedupeByMessageId: false }, async (location) => {
      await put('1', { messageId: 'M1' });
      await eventually('it is seen', () => location.seen.length === 1);
      expect(location.incoming[0]!.key).toBeUndefined();
    }),
  ));

test('no more are under way than prefetch says', () =>
  withBroker(({ url, name, channel, put }) =>
    whileConsuming({ url, queue: name, prefetch: 3 }, async (location) => {
      location.answer(block);
      for (const n of [1, 2, 3, 4, 5]) await put(String(n));
      await eventually('three are under way', () => location.seen.length === 3);
      expect((await channel.checkQueue(name)).messageCount).toBe(2);
      expect(location.seen).toHaveLength(3);
    }),
  ));

test('a queue is declared and bound, and again after it was deleted', () =>
  withBroker(async ({ url, name, channel }) => {
    const assert = { exchange: name, exchangeType: 'topic', routingKey: ['reports.#', 'photos'] } as const;
    const bound = async () => {
      const { messageCount, consumerCount } = await channel.assertQueue(name, { durable: true });
      return messageCount === 0 && consumerCount === 1;
    };
    await whileConsuming({ url, queue: name, assert }, async (location) => {
      const publish = async (key: string) => {
        channel.publish(name, key, Buffer.from(key));
        await channel.waitForConfirms();
      };
      await eventually('it is consumed', bound);
      for (const key of ['reports.pothole.new', 'photos', 'nothing']) await publish(key);
      await eventually('both are seen', () => location.seen.length === 2);
      await channel.deleteQueue(name);
      await eventually('the location has noticed', () => location.failures.length > 0);
      expect(location.failures[0]).toMatchObject({ code: 'ENDPOINT_FAILED', kind: 'transient' });
      expect(String(location.failures[0])).toContain(`the queue ${name} was deleted`);
      await eventually('it is consumed again', bound);
      await publish('reports.again');
      await eventually('it is seen', () => location.seen.includes('reports.again'));
      expect(location.seen).not.toContain('nothing');
    });
  }, false));

test('the broker says why it closed the channel, and all goes on once that is mended', () =>
  withBroker(({ url, name, channel, put }) =>
    whileConsuming({ url, queue: name, assert: { arguments: { 'x-max-priority': 5 } } }, async (location) => {
      await eventually('it has failed', () => location.failures.length > 0);
      expect(location.failures[0]).toMatchObject({ code: 'ENDPOINT_FAILED', kind: 'transient' });
      expect(String(location.failures[0])).toContain('PRECONDITION_FAILED');
      await channel.deleteQueue(name);
      await eventually('it has made its queue', async () => {
        return (await channel.assertQueue(name, { arguments: { 'x-max-priority': 5 } })).consumerCount === 1;
      });
      await put('well');
      await eventually('it is seen', () => location.seen.includes('well'));
    }),
  ));

test('a link that has gone silent is noticed by its heartbeat', () =>
  withBroker(async ({ url, name, put }) => {
    const proxy = await startTcpProxy(url);
    const through = new URL(url);
    through.port = String(proxy.port);
    try {
      await whileConsuming({ url: through.href, queue: name, heartbeat: '1s' }, async (location) => {
        await put('before');
        await eventually('it is seen', () => location.seen.length === 1);
        proxy.stall();
        await put('meanwhile');
        await eventually('the loss is noticed', () => location.failures.length > 0);
        expect(String(location.failures[0])).toContain('Heartbeat timeout');
        proxy.heal();
        await eventually('it is seen', () => location.seen.includes('meanwhile'));
      });
    } finally {
      await proxy.close();
    }
  }));

test('a wrong password is denied, and not repeated in the error', async () => {
  await withBroker(async ({ url, name }) => {
    const wrong = new URL(url);
    wrong.password = 'swordfish';
    const location = amqp.receive!(
      { url: { secret: 'BROKER' }, queue: name },
      testAdapterContext({ secret: () => wrong.href }),
    );
    const failure = location.run(async () => [], new AbortController().signal);
    await expect(failure).rejects.toMatchObject({ code: 'ENDPOINT_DENIED', kind: 'transient' });
    await expect(failure).rejects.toThrow(expect.not.stringContaining('swordfish'));
  });
});

test('one of two consumers takes everything where only one may be active, and the other goes on after it', () =>
  withBroker(async ({ url, name, channel, put }) => {
    const config = { url, queue: name, assert: { singleActiveConsumer: true } };
    await channel.assertQueue(name, { arguments: { 'x-single-active-consumer': true } });
    try {
      await whileConsuming(config, async (second) => {
        await whileConsuming(config, async (first) => {
          await eventually('both consume', async () => (await channel.checkQueue(name)).consumerCount === 2);
          for (const text of ['1', '2', '3', '4']) await put(text);
          await eventually('all are seen', () => first.seen.length + second.seen.length === 4);
          expect([first.seen.length, second.seen.length].sort()).toEqual([0, 4]);
          await first.stop();
          const before = second.seen.length;
          await put('5');
          await eventually('the other goes on', () => second.seen.length === before + 1);
        });
      });
    } finally {
      await channel.deleteQueue(name);
    }
  }, false));
