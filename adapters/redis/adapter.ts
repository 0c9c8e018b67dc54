/** Streams and lists of Redis, in both directions. */
import type { Adapter } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { type RedisReceiveConfig, type RedisSendConfig, receiveSchema, sendSchema } from './config.ts';
import { receiveFromRedis } from './receive.ts';
import { sendToRedis } from './send.ts';

type RedisConfig = RedisReceiveConfig | RedisSendConfig;

export const redis: Adapter<RedisConfig> = {
  name: 'redis',
  summary: 'Reads streams and lists of Redis, and adds to them.',
  receiveConfig: receiveSchema,
  sendConfig: sendSchema,
  examples: [
    {
      title: 'Read a stream as one of its consumer groups',
      direction: 'receive',
      config: { url: { secret: 'REDIS_URL' }, stream: 'reports', group: 'bus' },
    },
    {
      title: 'Add to a stream that keeps its last hundred thousand entries',
      direction: 'send',
      config: { url: { secret: 'REDIS_URL' }, stream: 'cases', maxLength: 100_000, properties: ['report.kind'] },
    },
  ],
  check,
  receive: (config, context) => receiveFromRedis(config as RedisReceiveConfig, context),
  send: (config, context) => sendToRedis(config as RedisSendConfig, context),
};

const OF_STREAMS = ['group', 'from', 'field', 'delete', 'maxLength', 'properties'];

function check(config: RedisConfig): readonly FindingInConfig[] {
  const { stream, list } = config;
  if (stream === undefined && list === undefined)
    return [invalid('', 'it names neither a stream nor a list', 'Give one of the two.')];
  if (stream !== undefined && list !== undefined)
    return [invalid('list', 'it names a stream and a list', 'Give one of the two.')];
  const wrong = Object.keys(config).filter((key) => list !== undefined && OF_STREAMS.includes(key));
  return wrong.map((key) => invalid(key, `${key} is for streams, not for lists`, 'Remove it.'));
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
