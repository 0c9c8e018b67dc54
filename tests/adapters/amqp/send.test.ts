/** Publishing to a real RabbitMQ, beyond what the adapter contract asks of every transport. */
import { amqp } from '../../../adapters/amqp/adapter.ts';
import type { AmqpSendConfig } from '../../../adapters/amqp/config.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';
import { withBroker, withPort } from './broker.ts';

const never = new AbortController().signal;

function message(id: string) {
  const properties = { 'report.id': 'R1', private: 'x' };
  return testMessage({ id, bytes: Buffer.from(id), contentType: 'application/json', properties });
}

test('the idempotency key is the message id; chosen properties are headers', () =>
  withBroker(({ url, name, get }) =>
    withPort({ url, queue: name, properties: ['report.id', 'absent'] }, async (port) => {
      await port.send(message('m1'), never);
      const got = await get();
      expect(got?.properties).toMatchObject({
        messageId: 'm1@test',
        contentType: 'application/json',
        deliveryMode: 2,
        headers: { 'report.id': 'R1' },
      });
      expect(Object.keys(got!.properties.headers!)).toEqual(['report.id']);
    }),
  ));

test('a message that no queue takes is refused', () =>
  withBroker(async ({ url, name, channel, get }) => {
    await channel.assertExchange(name, 'direct');
    await withPort({ url, exchange: name, routingKey: 'works' }, async (port) => {
      const lost = port.send(message('m1'), never);
      await expect(lost).rejects.toMatchObject({ code: 'ENDPOINT_REFUSED', kind: 'message' });
      await channel.bindQueue(name, name, 'works');
      await port.send(message('m2'), never);
      const got = await get();
      expect(got?.content.toString()).toBe('m2');
    });
  }));

test('an exchange that is not there is told of, and all goes on once it is', () =>
  withBroker(({ url, name, channel }) =>
    withPort({ url, exchange: name, routingKey: 'works' }, async (port) => {
      const failed = port.send(message('m1'), never);
      await expect(failed).rejects.toMatchObject({ code: 'ENDPOINT_FAILED', kind: 'transient' });
      await expect(failed).rejects.toThrow(/NOT_FOUND - no exchange/);
      await channel.assertExchange(name, 'direct');
      await channel.bindQueue(name, name, 'works');
      await eventually('it is sent', () =>
        port.send(message('m1'), never).then(
          () => true,
          () => false,
        ),
      );
    }),
  ));

test('what was not confirmed when the link broke is transient, and comes after healing', () =>
  withBroker(async ({ url, name, get }) => {
    const proxy = await startTcpProxy(url);
    const through = new URL(url);
    through.port = String(proxy.port);
    try {
      await withPort({ url: through.href, queue: name }, async (port) => {
        await port.send(message('m1'), never);
        proxy.stall();
        const sends = ['m2', 'm3'].map((id) => port.send(message(id), never));
        const outcomes = Promise.allSettled(sends);
        setImmediate(() => proxy.cut());
        for (const outcome of await outcomes) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'transient' } });
        }
        proxy.heal();
        await port.send(message('m2'), never);
        const texts = [await get(), await get()].map((got) => got?.content.toString());
        expect(texts).toEqual(['m1', 'm2']);
      });
    } finally {
      await proxy.close();
    }
  }));

test('a large number at once, past the buffer of the channel', () =>
  withBroker(({ url, name, channel }) =>
    withPort({ url, queue: name }, async (port) => {
      await Promise.all(Array.from({ length: 2000 }, (_, n) => port.send(message(`m${n}`), never)));
      expect((await channel.checkQueue(name)).messageCount).toBe(2000);
    }),
  ));

test.each([
  [{}, 'queue'],
  [{ queue: 'a', exchange: 'b' }, 'exchange'],
  [{ queue: 'a', routingKey: 'b' }, 'routingKey'],
  [{ exchange: 'a', assert: { exchange: 'b' } }, 'assert.exchange'],
  [{ queue: 'a', tls: { serverName: 'b' } }, 'tls'],
] satisfies [Partial<AmqpSendConfig>, string][])('%j is found', (options, path) => {
  expect(amqp.check({ url: 'amqp://localhost', ...options }, 'send')).toMatchObject([{ path, severity: 'error' }]);
});

test('a password in the URL is warned of', () => {
  const found = amqp.check({ url: 'amqp://me:secret@localhost', queue: 'a' }, 'send');
  expect(found).toMatchObject([{ path: 'url', severity: 'warning' }]);
});

test('priority and expiry are the message’s own', () =>
  withBroker(({ url, name, get }) =>
    withPort({ url, queue: name, priority: 'report.urgency', expires: '90s' }, async (port) => {
      const urgent = testMessage({
        id: 'm1',
        bytes: Buffer.from('1'),
        contentType: 'text/plain',
        properties: { 'report.urgency': 7 },
      });
      await port.send(urgent, never);
      await port.send(message('m2'), never);
      expect((await get())?.properties).toMatchObject({ priority: 7, expiration: '90000' });
      expect((await get())?.properties.priority).toBeUndefined();
    }),
  ));
