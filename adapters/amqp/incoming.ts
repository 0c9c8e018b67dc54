/** A delivery as a message: its bytes are not copied. */
import type { ConsumeMessage, MessageProperties } from 'amqplib';
import type { Incoming } from '../../runtime/contracts/adapter.ts';
import { type Property, partOf, type Scalar } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { type AmqpReceiveConfig, defaults } from './config.ts';

export function toIncoming({ content, fields, properties }: ConsumeMessage, config: AmqpReceiveConfig): Incoming {
  const { queue, headers = [], dedupeByMessageId = true } = config;
  const context = new Map<string, Property>();
  carry(context, BUS.sourceName, fields.routingKey);
  carry(context, 'amqp.routingKey', fields.routingKey);
  carry(context, 'amqp.exchange', fields.exchange);
  carryProperties(context, properties);
  for (const name of headers) carry(context, `amqp.header.${name}`, properties.headers?.[name]);
  const contentType = properties.contentType ?? config.contentType ?? defaults.contentType;
  const parts = [partOf(content, contentType)] as const;
  const known = dedupeByMessageId && properties.messageId;
  return { parts: [...parts], context, ...(known ? { key: `${queue}:${properties.messageId}` } : {}) };
}

/** An answer to a request: it is for its asker alone, so it has no identity. */
export function toAnswer({ content, properties }: ConsumeMessage): Incoming {
  const context = new Map<string, Property>();
  carryProperties(context, properties);
  const headers = Object.entries(properties.headers ?? {});
  for (const [name, value] of headers) carry(context, `amqp.header.${name}`, value);
  return { parts: [partOf(content, properties.contentType ?? defaults.contentType)], context };
}

function carryProperties(context: Map<string, Property>, properties: MessageProperties): void {
  carry(context, 'amqp.messageId', properties.messageId);
  carry(context, 'amqp.correlationId', properties.correlationId);
  carry(context, 'amqp.replyTo', properties.replyTo);
  carry(context, 'amqp.type', properties.type);
  carry(context, 'amqp.priority', properties.priority);
  carry(context, 'amqp.timestamp', properties.timestamp);
  carry(context, 'amqp.appId', properties.appId);
  carry(context, 'amqp.userId', properties.userId);
}

function carry(context: Map<string, Property>, name: string, value: unknown): void {
  if (isScalar(value)) context.set(name, { value, promoted: false });
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
