/** Adds messages to a stream, or pushes them to a list. One connection for all, opened when it is needed. */
import type { AdapterContext, SendPort } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { untilAborted } from '../shared/until-aborted.ts';
import { defaults, type RedisSendConfig } from './config.ts';
import { type Connection, connect } from './connection.ts';
import { redisFailure } from './failure.ts';

export function sendToRedis(config: RedisSendConfig, context: AdapterContext): SendPort {
  const stopping = new AbortController();
  let current: Promise<Connection> | undefined;

  function opened(): Promise<Connection> {
    current ??= connect(config, context, stopping.signal).catch((thrown: unknown) => {
      current = undefined;
      throw thrown;
    });
    return current;
  }

  async function usable(): Promise<Connection> {
    const before = opened();
    const open = await before;
    if (!open.ended()) return open;
    if (current === before) current = undefined;
    return opened();
  }

  async function send(message: Message, signal: AbortSignal): Promise<undefined> {
    signal.throwIfAborted();
    const body = Buffer.from(await bytesOf(message.parts[0]));
    const connection = await untilAborted(usable(), signal);
    try {
      await untilAborted(connection.call(...commandOf(message, body)), signal);
    } catch (thrown) {
      signal.throwIfAborted();
      throw redisFailure(thrown, connection.endpoint);
    }
  }

  function commandOf({ context: properties }: Message, body: Buffer): [string, ...(string | number | Buffer)[]] {
    const { stream, list, field = defaults.field, maxLength, properties: named = [] } = config;
    if (stream === undefined) return ['LPUSH', list!, body];
    const limit = maxLength === undefined ? [] : ['MAXLEN', '~', maxLength];
    const fields = [
      [BUS.idempotencyKey, 'idempotencyKey'] as const,
      ...named.map((name) => [name, name] as const),
    ].flatMap(([name, as]) => {
      const value = properties.get(name)?.value;
      return value === undefined ? [] : [as, String(value)];
    });
    return ['XADD', stream, ...limit, '*', field, body, ...fields];
  }

  return {
    send,
    close: async () => {
      stopping.abort(new Error('the port was closed'));
      const open = await current?.catch(() => undefined);
      open?.close();
    },
  };
}
