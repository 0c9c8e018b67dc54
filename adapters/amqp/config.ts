/** The options of AMQP locations and AMQP send ports: their types, their JSON Schemas, their defaults. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { durationPattern, parseDuration } from '../../runtime/contracts/duration.ts';
import type { Scalar } from '../../runtime/contracts/message.ts';
import { type TlsConfig, tlsSchema } from '../shared/tls.ts';

export interface BrokerConfig {
  readonly url: string | { readonly secret: string };
  readonly heartbeat?: string;
  readonly tls?: TlsConfig;
}

export interface AssertConfig {
  readonly durable?: boolean;
  readonly quorum?: boolean;
  readonly singleActiveConsumer?: boolean;
  readonly arguments?: Readonly<Record<string, Scalar>>;
  readonly exchange?: string;
  readonly exchangeType?: 'direct' | 'topic' | 'fanout' | 'headers';
  readonly routingKey?: string | readonly string[];
}

export interface AmqpReceiveConfig extends BrokerConfig {
  readonly queue: string;
  readonly assert?: AssertConfig;
  readonly prefetch?: number;
  readonly dedupeByMessageId?: boolean;
  readonly headers?: readonly string[];
  readonly contentType?: string;
}

export interface AmqpSendConfig extends BrokerConfig {
  readonly queue?: string;
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly assert?: AssertConfig;
  readonly persistent?: boolean;
  readonly priority?: number | string;
  readonly expires?: string;
  readonly properties?: readonly string[];
}

export const defaults = { heartbeat: '15s', prefetch: 64, contentType: 'application/octet-stream' } as const;

/** AMQP counts heartbeats in whole seconds, and 0 would switch them off. */
export function heartbeatSeconds(text: string = defaults.heartbeat): number {
  return Math.max(1, Math.round((parseDuration(text) ?? 0) / 1000));
}

const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, maxLength: 255, description });
const flag = (description: string, standard: boolean): JsonSchema => {
  return { type: 'boolean', default: standard, description };
};
const names = (description: string): JsonSchema => {
  return { type: 'array', items: { type: 'string', minLength: 1 }, uniqueItems: true, description };
};

const broker: Readonly<Record<string, JsonSchema>> = {
  url: {
    description: 'The broker, as amqp://user:password@host:5672/vhost or amqps://...; better { secret: NAME }',
    anyOf: [
      { type: 'string', pattern: '^amqps?://' },
      {
        type: 'object',
        required: ['secret'],
        properties: { secret: { type: 'string', description: 'The name of the secret that holds the URL' } },
        additionalProperties: false,
      },
    ],
  },
  heartbeat: {
    type: 'string',
    pattern: durationPattern,
    default: defaults.heartbeat,
    description: 'A connection that is silent for twice as long counts as lost',
  },
  tls: tlsSchema,
};

const assert: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'Declare the queue, and bind it, whenever the connection opens; without this it must exist',
  properties: {
    durable: flag('The queue outlives a restart of the broker', true),
    quorum: flag('A quorum queue: replicated by the brokers of a cluster', false),
    singleActiveConsumer: flag(
      'One consumer at a time takes from the queue, the others stand by: the order of the queue holds over several hosts',
      false,
    ),
    arguments: { type: 'object', description: 'Arguments of the queue, such as x-message-ttl' },
    exchange: text('The exchange to bind the queue to'),
    exchangeType: {
      enum: ['direct', 'topic', 'fanout', 'headers'],
      description: 'Declare the exchange, too, as a durable one of this type; without this it must exist',
    },
    routingKey: {
      description: 'The routing keys to bind by',
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
    },
  },
};

export const receiveSchema: JsonSchema = {
  type: 'object',
  required: ['url', 'queue'],
  properties: {
    ...broker,
    queue: text('The queue to consume'),
    assert,
    prefetch: {
      type: 'integer',
      minimum: 1,
      maximum: 65535,
      default: defaults.prefetch,
      description: 'How many messages may be under way, unacknowledged',
    },
    dedupeByMessageId: flag('A second message with the same message-id is a duplicate', true),
    headers: names('The headers to carry along, as properties amqp.header.<name>'),
    contentType: {
      type: 'string',
      default: defaults.contentType,
      description: 'The media type of messages that do not name theirs',
    },
  },
};

export const sendSchema: JsonSchema = {
  type: 'object',
  required: ['url'],
  properties: {
    ...broker,
    queue: text('The queue to send to; or give an exchange'),
    exchange: text('The exchange to publish to; it must exist unless `assert` declares it'),
    routingKey: { type: 'string', maxLength: 255, description: 'The routing key to publish with' },
    assert,
    persistent: flag('Messages outlive a restart of the broker', true),
    priority: {
      description: 'The priority: a number, or the name of the property of the message that holds it',
      anyOf: [
        { type: 'integer', minimum: 0, maximum: 255 },
        { type: 'string', minLength: 1 },
      ],
    },
    expires: {
      type: 'string',
      pattern: durationPattern,
      description:
        'The broker drops, or dead-letters, what nobody has taken for so long; it is kept until taken, unless given',
    },
    properties: names('The properties to hand over as headers'),
  },
};
