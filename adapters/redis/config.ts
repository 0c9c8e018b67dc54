/** The options of Redis locations and Redis send ports: their types, their JSON Schemas, their defaults. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { durationPattern, parseDuration } from '../../runtime/contracts/duration.ts';

export interface ServerConfig {
  readonly url: string | { readonly secret: string };
  readonly deadline?: string;
}

export interface RedisReceiveConfig extends ServerConfig {
  readonly stream?: string;
  readonly group?: string;
  readonly from?: 'beginning' | 'now';
  readonly field?: string;
  readonly delete?: boolean;
  readonly list?: string;
  readonly idle?: string;
  readonly count?: number;
  readonly contentType?: string;
}

export interface RedisSendConfig extends ServerConfig {
  readonly stream?: string;
  readonly field?: string;
  readonly properties?: readonly string[];
  readonly maxLength?: number;
  readonly list?: string;
}

export const defaults = {
  deadline: '10s',
  group: 'guildhall',
  from: 'beginning',
  field: 'body',
  delete: false,
  idle: '1m',
  count: 32,
  contentType: 'application/json',
} as const;

/** Milliseconds of a duration that its schema has checked. */
export const milliseconds = (text: string): number => parseDuration(text) ?? 0;

const text = (description: string, standard?: string): JsonSchema => ({
  type: 'string',
  minLength: 1,
  description,
  ...(standard === undefined ? {} : { default: standard }),
});
const duration = (description: string, standard: string): JsonSchema => {
  return { type: 'string', pattern: durationPattern, default: standard, description };
};

const server: Readonly<Record<string, JsonSchema>> = {
  url: {
    description: 'The server, as redis://user:password@host:6379/0 or rediss://...; better { secret: NAME }',
    anyOf: [
      { type: 'string', pattern: '^rediss?://' },
      {
        type: 'object',
        required: ['secret'],
        properties: { secret: { type: 'string', description: 'The name of the secret that holds the URL' } },
        additionalProperties: false,
      },
    ],
  },
  deadline: duration(
    'How long the server may take for one answer before the connection counts as lost',
    defaults.deadline,
  ),
};

export const receiveSchema: JsonSchema = {
  type: 'object',
  required: ['url'],
  properties: {
    ...server,
    stream: text('The stream to read; or give a list'),
    group: text('The consumer group of the stream; it is made where it is missing', defaults.group),
    from: {
      enum: ['beginning', 'now'],
      default: defaults.from,
      description: 'Where a group that is made begins to read',
    },
    field: text(
      'The field of an entry that holds the body; the others become properties redis.field.<name>',
      defaults.field,
    ),
    delete: {
      type: 'boolean',
      default: defaults.delete,
      description: 'Delete entries once they are taken; other groups do not see them then',
    },
    list: text('The list to take from, at its right end; what is under way lies in <list>:guildhall'),
    idle: duration('What another host has had for so long without an end is taken over from it', defaults.idle),
    count: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: defaults.count,
      description: 'How many are taken at once',
    },
    contentType: text('The media type of the bodies', defaults.contentType),
  },
};

export const sendSchema: JsonSchema = {
  type: 'object',
  required: ['url'],
  properties: {
    ...server,
    stream: text('The stream to add to; or give a list'),
    field: text('The field that holds the body; beside it stands idempotencyKey', defaults.field),
    properties: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      uniqueItems: true,
      description: 'The properties to hand over as fields',
    },
    maxLength: {
      type: 'integer',
      minimum: 1,
      description: 'About how many entries the stream keeps; the oldest ones go. Without it, all',
    },
    list: text('The list to push to, at its left end'),
  },
};
