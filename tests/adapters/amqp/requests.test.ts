/** Requests and answers over a real RabbitMQ: asked by send ports, answered by receive locations, and by each to the other. */
import { amqp } from '../../../adapters/amqp/adapter.ts';
import type { Submit } from '../../../runtime/contracts/adapter.ts';
import type { Message } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';
import { type TestBroker, whileConsuming, withBroker, withPort } from './broker.ts';

const never = new AbortController().signal;
const twoWay = { twoWay: true };
const message = (id: string) =>
  testMessage({ id, bytes: Buffer.from(`{"id":"${id}"}`), contentType: 'application/json' });
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

/** Answers by hand whatever is asked of the queue. */
async function answering({ name, channel }: TestBroker, answer: (body: string, count: number) => [string, string?]) {
  let count = 0;
  await channel.consume(name, (asked) => {
    if (!asked) return;
    count += 1;
    const [body, type] = answer(asked.content.toString(), count);
    const { replyTo, correlationId } = asked.properties;
    channel.sendToQueue(replyTo, Buffer.from(body), {
      correlationId,
      contentType: 'application/json',
      headers: { server: 'by hand' },
      ...(type === undefined ? {} : { type }),
    });
    channel.ack(asked);
  });
}

test('each of many requests at once gets its own answer', () =>
  withBroker((broker) =>
    withPort(
      { url: broker.url, queue: broker.name },
      async (port) => {
        await answering(broker, (body) => [`{"echo":${body}}`]);
        const ids = Array.from({ length: 50 }, (_, n) => `m${n}`);
        const answers = await Promise.all(ids.map((id) => port.send(message(id), never)));
        expect(answers.map((answer) => text(answer?.parts[0].bytes))).toEqual(
          ids.map((id) => `{"echo":{"id":"${id}"}}`),
        );
        expect(answers[0]!.parts[0].contentType).toBe('application/json');
        expect(answers[0]!.context.get('amqp.header.server')?.value).toBe('by hand');
      },
      twoWay,
    ),
  ));

test('a fault is an error of its name, for that request alone', () =>
  withBroker((broker) =>
    withPort(
      { url: broker.url, queue: broker.name },
      async (port) => {
        const problem = '{"code":"Duplicate","detail":"There is E17 already.","original":"E17"}';
        await answering(broker, (body) => (body.includes('m2') ? [problem, 'fault'] : ['{}']));
        const [first, second] = await Promise.allSettled(['m1', 'm2'].map((id) => port.send(message(id), never)));
        expect(first).toMatchObject({ status: 'fulfilled' });
        expect(second).toMatchObject({
          reason: { code: 'ENDPOINT_REFUSED', kind: 'message', fault: 'Duplicate', detail: { original: 'E17' } },
        });
      },
      twoWay,
    ),
  ));

test('an answer that was lost with the link is asked for again by whoever sends again', () =>
  withBroker(async (broker) => {
    const proxy = await startTcpProxy(broker.url);
    const through = new URL(broker.url);
    through.port = String(proxy.port);
    try {
      await withPort(
        { url: through.href, queue: broker.name },
        async (port) => {
          const lost = port.send(message('m1'), never);
          const failed = expect(lost).rejects.toMatchObject({ kind: 'transient' });
          await eventually(
            'it is asked',
            async () => (await broker.channel.checkQueue(broker.name)).messageCount === 1,
          );
          proxy.cut();
          await failed;
          proxy.heal();
          await answering(broker, (body) => [body]);
          expect(text((await port.send(message('m1'), never))?.parts[0].bytes)).toBe('{"id":"m1"}');
        },
        twoWay,
      );
    } finally {
      await proxy.close();
    }
  }));

test('a request that nobody answers ends with its signal', () =>
  withBroker((broker) =>
    withPort(
      { url: broker.url, queue: broker.name },
      async (port) => {
        const stop = new AbortController();
        const asked = port.send(message('m1'), stop.signal);
        await eventually('it is asked', async () => (await broker.channel.checkQueue(broker.name)).messageCount === 1);
        stop.abort(new Error('late'));
        await expect(asked).rejects.toThrow('late');
      },
      twoWay,
    ),
  ));

test('a location answers to the queue that the request names, under its correlation id', () =>
  withBroker(({ url, name, channel, put }) =>
    whileConsuming(
      { url, queue: name },
      async () => {
        const { queue: replyTo } = await channel.assertQueue('', { exclusive: true });
        await put('one', { replyTo, correlationId: 'C1', messageId: 'M1' });
        await put('two', { replyTo, messageId: 'M2' });
        await put('no answer wanted');
        const got: (readonly [string, unknown])[] = [];
        await eventually('both are answered', async () => {
          const answer = await channel.get(replyTo, { noAck: true });
          if (answer) got.push([answer.content.toString(), answer.properties.correlationId]);
          return got.length === 2;
        });
        expect(got.sort()).toEqual([
          ['one', 'C1'],
          ['two', 'M2'],
        ]);
        await eventually('all are acknowledged', async () => (await channel.checkQueue(name)).messageCount === 0);
      },
      twoWay,
    ),
  ));

test('a port asks, and a location answers', () =>
  withBroker(({ url, name }) =>
    whileConsuming(
      { url, queue: name },
      () =>
        withPort(
          { url, queue: name },
          async (port) => {
            expect(text((await port.send(message('m1'), never))?.parts[0].bytes)).toBe('{"id":"m1"}');
          },
          twoWay,
        ),
      twoWay,
    ),
  ));

test('a request that was not answered before the location stopped is offered again, and one without an identity is not', () =>
  withBroker(async ({ url, name, channel, put }) => {
    const stopping = new AbortController();
    let taken = 0;
    const submit: Submit = async (batch) => {
      taken += batch.length;
      return batch.map(() => ({
        messageId: 'm',
        outcome: 'accepted',
        response: Promise.withResolvers<Message>().promise,
      }));
    };
    await put('known', { replyTo: 'nobody', messageId: 'M1' });
    await put('unknown', { replyTo: 'nobody' });
    const location = amqp.receive!({ url, queue: name }, testAdapterContext({ twoWay: true }));
    const run = location.run(submit, stopping.signal);
    await eventually('both are taken', () => taken === 2);
    stopping.abort(new Error('The location is stopped.'));
    await run;
    await eventually('one is back', async () => (await channel.checkQueue(name)).messageCount === 1);
    expect(((await channel.get(name, { noAck: true })) || undefined)?.content.toString()).toBe('known');
  }));
