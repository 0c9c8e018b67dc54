/** A delivery as a message: its bytes are not copied. */
import type { ConsumeMessage } from 'amqplib';
import type { Incoming } from '../../runtime/contracts/adapter.ts';
import { type Property, partOf, type Scalar } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { type AmqpReceiveConfig, defaults } from './config.ts';

export function toIncoming({ content, fields, properties }: ConsumeMessage, config: AmqpReceiveConfig): Incoming {
  const { queue, headers = [], dedupeByMessageId = true } = config;
  const context = new Map<string, Property>();
  const carry = (name: string, value: unknown) => {
    if (isScalar(value)) context.set(name, { value, promoted: false });
  };
  carry(BUS.sourceName, fields.routingKey);
  carry('amqp.routingKey', fields.routingKey);
  carry('amqp.exchange', fields.exchange);
  carry('amqp.messageId', properties.messageId);
  carry('amqp.correlationId', properties.correlationId);
  carry('amqp.replyTo', properties.replyTo);
  carry('amqp.type', properties.type);
  for (const name of headers) carry(`amqp.header.${name}`, properties.headers?.[name]);
  const contentType = properties.contentType ?? config.contentType ?? defaults.contentType;
  const parts = [partOf(content, contentType)] as const;
  const known = dedupeByMessageId && properties.messageId;
  return { parts: [...parts], context, ...(known ? { key: `${queue}:${properties.messageId}` } : {}) };
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
