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
  readonly format?: 'iso' | 'date' | 'seconds' | 'milliseconds' | 'text';
  readonly initial?: string;
  readonly item?: string;
  readonly field?: string;
  readonly header?: string;
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
export const SINCE_DEFAULTS = { start: '1d', overlap: '5m', format: 'iso', initial: '' } as const;
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
  'What {since} in the address is: the watermark, less the overlap. It is the time of the last look that was handed over whole, or what `item`, `field` or `header` take from the answers; it is kept in the MessageBox in one commit with the messages, over restarts and by all hosts (guildhall watermark)',
  {
    item: path(
      'A field of each item (see `items`) whose greatest value is the watermark: keys with dots between, as updatedAt; a time later than the look counts as the time of the look',
    ),
    field: path('The field of the JSON body that holds the watermark: keys with dots between'),
    header: { ...text('The header of the answer that holds the watermark, as Date'), pattern: headerName },
    start: duration(
      'How far back the first look goes, where there is no watermark yet; of times',
      SINCE_DEFAULTS.start,
    ),
    overlap: duration(
      'How much of the time before is asked for again, as clocks differ and far ends are late; of times',
      SINCE_DEFAULTS.overlap,
    ),
    format: {
      enum: ['iso', 'date', 'seconds', 'milliseconds', 'text'],
      default: SINCE_DEFAULTS.format,
      description:
        'How {since} and {until} are written, always in UTC: 2026-06-01T08:00:00Z, 2026-06-01, or counted from 1970. `text`: the watermark is no time but a number, a version or a token, and goes as it came',
    },
    initial: {
      type: 'string',
      default: SINCE_DEFAULTS.initial,
      description: 'Of the format `text`: what {since} is where there is no watermark yet, as "0"',
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
