/** The options of a location that asks: their types, their JSON Schema, their defaults. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { durationPattern } from '../../runtime/contracts/duration.ts';
import { authSchema } from '../shared/client/auth/config.ts';
import { type ConnectionConfig, proxySchema } from '../shared/client/dispatcher.ts';
import { closed, headerName, mapOf, text, textOrSecret } from '../shared/client/schema.ts';
import { tlsSchema } from '../shared/tls.ts';
import type { HeaderConfig } from './request-headers.ts';

export interface PollConfig extends Pick<HeaderConfig, 'headers' | 'auth'>, Omit<ConnectionConfig, 'connections'> {
  readonly url: string;
  readonly every?: string;
  readonly timeout?: string;
  readonly items?: string;
  readonly since?: SinceConfig;
  readonly pages?: PagesConfig;
  readonly maxAnswerBytes?: number;
}

export interface SinceConfig {
  readonly start?: string;
  readonly overlap?: string;
  readonly format?: 'iso' | 'date' | 'seconds' | 'milliseconds';
}

export interface PagesConfig {
  readonly by: 'link' | 'next' | 'cursor' | 'page' | 'offset';
  readonly field?: string;
  readonly parameter?: string;
  readonly first?: number;
  readonly size?: number;
  readonly most?: number;
}

export const POLL_DEFAULTS = { every: '1m', timeout: '60s', maxAnswerBytes: 10 * 1024 * 1024 } as const;
export const SINCE_DEFAULTS = { start: '1d', overlap: '5m', format: 'iso' } as const;
export const PAGES_DEFAULTS = { most: 1000 } as const;

const duration = (description: string, standard: string): JsonSchema => {
  return { type: 'string', pattern: durationPattern, default: standard, description };
};
const path = (description: string): JsonSchema => ({
  type: 'string',
  pattern: '^(\\$|[^.$\\s]+(\\.[^.\\s]+)*)$',
  description,
});
const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });

const since = closed(
  'What {since} in the address is: the time of the last look that was handed over whole, less the overlap',
  {
    start: duration('How far back the first look goes, also after a restart or a failure', SINCE_DEFAULTS.start),
    overlap: duration(
      'How much of the time before is asked for again, as clocks differ and far ends are late',
      SINCE_DEFAULTS.overlap,
    ),
    format: {
      enum: ['iso', 'date', 'seconds', 'milliseconds'],
      default: SINCE_DEFAULTS.format,
      description:
        'How {since} and {until} are written, always in UTC: 2026-06-01T08:00:00Z, 2026-06-01, or counted from 1970',
    },
  },
  [],
);

const pages = closed(
  'How what comes on several pages is asked for; each page is a message',
  {
    by: {
      enum: ['link', 'next', 'cursor', 'page', 'offset'],
      description:
        'What leads to the next page: the header Link (rel="next"), an address in the body, a cursor in the body, the number of the page, or the number of its first item. Numbers go on until a page has no items, or fewer than `size`',
    },
    field: path(
      'The field of the JSON body that holds the address (`next`) or the cursor (`cursor`): keys with dots between',
    ),
    parameter: text('The field of the query that takes the cursor, the page or the offset'),
    first: count('The number of the first page or item; 1, or 0 for an offset, unless given'),
    size: { type: 'integer', minimum: 1, description: 'Items on a page, where the far end gives so many' },
    most: {
      type: 'integer',
      minimum: 1,
      default: PAGES_DEFAULTS.most,
      description: 'More pages than that are taken for an error of the far end',
    },
  },
  ['by'],
);

export const pollSchema: JsonSchema = closed(
  'Asks an address by GET again and again, in place of taking requests at a path. Each answer, or each page of it, is a message: a pipeline splits it into its records (as json-disassemble with `records`), and `dedupe` of the location recognises those that were there before',
  {
    url: text('What to ask; {since} and {until} stand for times, as in /requests.json?updated_after={since}'),
    every: duration('How often', POLL_DEFAULTS.every),
    timeout: duration('How long an answer may take', POLL_DEFAULTS.timeout),
    items: path(
      'Where the list of items is in a JSON answer: keys with dots between, or `$` for the whole. A page without items is no message',
    ),
    since,
    pages,
    headers: {
      ...mapOf('Headers of every request; a value may be { secret: NAME }', textOrSecret('The value')),
      propertyNames: { pattern: headerName },
    },
    auth: authSchema,
    tls: tlsSchema,
    proxy: proxySchema,
    maxAnswerBytes: {
      type: 'integer',
      minimum: 1,
      default: POLL_DEFAULTS.maxAnswerBytes,
      description: 'The longest page that is taken, in bytes',
    },
  },
  ['url'],
);
