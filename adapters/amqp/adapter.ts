/** AMQP 0-9-1 (RabbitMQ) in both directions: acknowledged after the commit, published with confirms. */
import type { Adapter, Direction } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { type AmqpReceiveConfig, type AmqpSendConfig, receiveSchema, sendSchema } from './config.ts';
import { receiveAmqp } from './receive.ts';
import { sendAmqp } from './send.ts';

type AmqpConfig = AmqpReceiveConfig | AmqpSendConfig;

export const amqp: Adapter<AmqpConfig> = {
  name: 'amqp',
  summary:
    'Consumes queues of RabbitMQ, and publishes to its exchanges and queues. At two-way ports it answers to the queue that a request names in reply-to, and asks by direct reply-to.',
  receiveConfig: receiveSchema,
  sendConfig: sendSchema,
  examples: [
    {
      title: 'Consume a queue that is declared and bound by the bus',
      direction: 'receive',
      config: {
        url: { secret: 'BROKER_URL' },
        queue: 'mobile.reports',
        assert: { quorum: true, exchange: 'mobile', exchangeType: 'topic', routingKey: 'reports.#' },
        headers: ['device'],
      },
    },
    {
      title: 'Publish to an exchange',
      direction: 'send',
      config: { url: { secret: 'BROKER_URL' }, exchange: 'citizen-events', routingKey: 'report.closed' },
    },
    {
      title: 'Prove who we are to a broker of a council’s own authority',
      direction: 'send',
      config: {
        url: 'amqps://broker.example.gov.uk',
        queue: 'works.enquiries',
        tls: {
          ca: 'config/certificates/council-authority.pem',
          certificate: 'config/certificates/bus.pem',
          key: { secret: 'BUS_KEY' },
        },
      },
    },
    {
      title: 'Send to a queue',
      direction: 'send',
      config: { url: 'amqp://127.0.0.1:5672', queue: 'works.enquiries', properties: ['report.id'] },
    },
  ],
  check,
  receive: (config, context) => receiveAmqp(config as AmqpReceiveConfig, context),
  send: (config, context) => sendAmqp(config as AmqpSendConfig, context),
};

function check(config: AmqpConfig, direction: Direction): readonly FindingInConfig[] {
  return [
    ...urlFindings(config),
    ...tlsFindings(config),
    ...(direction === 'send' ? targetFindings(config as AmqpSendConfig) : []),
  ];
}

function urlFindings({ url }: AmqpConfig): FindingInConfig[] {
  if (typeof url !== 'string') return [];
  if (!URL.canParse(url)) return [invalid('url', 'the URL cannot be read', 'Write amqp://host:5672/vhost.')];
  if (new URL(url).password === '') return [];
  const advice = 'Write { secret: NAME }, and set NAME to the whole URL.';
  return [{ ...invalid('url', 'the URL holds a password, and config/ is read by many', advice), severity: 'warning' }];
}

function tlsFindings({ url, tls }: AmqpConfig): FindingInConfig[] {
  if (tls === undefined || typeof url !== 'string' || !url.startsWith('amqp:')) return [];
  return [invalid('tls', 'the URL of the broker is one without TLS', 'Write amqps:// in place of amqp://.')];
}

function targetFindings({ queue, exchange, routingKey, assert }: AmqpSendConfig): FindingInConfig[] {
  if (queue === undefined && exchange === undefined) {
    return [invalid('queue', 'it is not said where to send to', 'Give a queue, or an exchange and a routing key.')];
  }
  if (queue !== undefined && exchange !== undefined) {
    return [invalid('exchange', 'both a queue and an exchange are given', 'Give one of them; `assert` binds a queue.')];
  }
  if (queue !== undefined && routingKey !== undefined) {
    return [
      invalid('routingKey', 'a queue has no routing key', 'Remove it, or give an exchange in place of the queue.'),
    ];
  }
  if (exchange !== undefined && assert?.exchange !== undefined && assert.exchange !== exchange) {
    return [invalid('assert.exchange', 'it is not the exchange that is published to', `Write ${exchange}.`)];
  }
  return [];
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
