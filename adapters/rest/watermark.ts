/**
 * How far a far end was read: what {since} stands for in a look, and what it stands for in the next one. Pure. Promises: times move on
 * only, and never past the beginning of the look, so that one wrong item of the year 9999 hides nothing.
 */
import type { Instant } from '../../runtime/contracts/clock.ts';
import { parseDuration } from '../../runtime/contracts/duration.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { type Page, valueAt } from './next-page.ts';
import { SINCE_DEFAULTS, type SinceConfig } from './poll-config.ts';
import { headerOf } from './read-answer.ts';

export interface Watermark {
  /** What {since} stands for. */
  readonly since: string;
  /** Takes a page into account. Throws BusError ENDPOINT_ANSWER_INVALID where it does not say what it should. */
  note(page: Page): void;
  /** Where it is once all pages that were noted are durable; undefined: nowhere yet. */
  next(): string | undefined;
}

/**
 * `stored`: where it was left, as `next` told; `until`: when this look begins. Throws BusError ADAPTER_CONFIG where what is stored is not
 * of the format of the options.
 */
export function openWatermark(
  config: SinceConfig | undefined,
  stored: string | undefined,
  until: Instant,
  name: string,
): Watermark {
  const options = { ...SINCE_DEFAULTS, ...config };
  return options.format === 'text'
    ? ofTexts(options, stored)
    : ofTimes({ ...options, format: options.format }, stored, until, name);
}

type Options = SinceConfig & Required<Pick<SinceConfig, 'start' | 'overlap' | 'initial' | 'format'>>;
type TimeFormat = Exclude<Options['format'], 'text'>;

function ofTimes(
  options: Options & { readonly format: TimeFormat },
  stored: string | undefined,
  until: Instant,
  name: string,
): Watermark {
  const { format, start, overlap } = options;
  const reached = stored === undefined ? undefined : timeIn(stored, 'iso');
  if (stored !== undefined && reached === undefined) {
    const reason = `its watermark is ${JSON.stringify(stored.slice(0, 100))}, which is no time; set or reset it by "guildhall watermark"`;
    throw busError('ADAPTER_CONFIG', { name, reason });
  }
  const from = reached === undefined ? until - parseDuration(start)! : reached - parseDuration(overlap)!;
  const found: Instant[] = [];
  return {
    since: timeAs(from, format),
    note: (page) => {
      const told = toldBy(page, options);
      if (!told) return;
      const times = told.values.flatMap((value) => timeIn(value, format) ?? []);
      if (told.expected && times.length === 0) refuse(page.url, `there is no time at ${told.where}`);
      // Of items the latest counts; of what each page says the earliest, as later pages say later times.
      if (options.item !== undefined) found.push(...times);
      else if (found.length === 0) found.push(...times);
    },
    next: () => {
      const latest = isOfLooks(options) ? until : found.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const next = Math.max(reached ?? Number.NEGATIVE_INFINITY, Math.min(latest, until));
      return Number.isFinite(next) ? new Date(next).toISOString() : undefined;
    },
  };
}

/** Numbers, versions and tokens: of items the greatest, else what was said last. */
function ofTexts(options: Options, stored: string | undefined): Watermark {
  let reached = stored;
  return {
    since: stored ?? options.initial,
    note: (page) => {
      const told = toldBy(page, options);
      if (!told) return;
      const texts = told.values.flatMap((value) => textOf(value) ?? []);
      if (told.expected && texts.length === 0) refuse(page.url, `there is nothing at ${told.where}`);
      for (const text of texts) {
        if (options.item === undefined || reached === undefined || isGreater(text, reached)) reached = text;
      }
    },
    next: () => reached,
  };
}

const isOfLooks = ({ item, header, field }: SinceConfig) =>
  item === undefined && header === undefined && field === undefined;

/** `expected`: one at least must be of use. A token may come with the last page only. */
function toldBy(page: Page, { item, header, field, format }: Options) {
  if (item !== undefined) {
    const items = page.items ?? [];
    return {
      values: items.map((one) => valueAt(one, item)),
      where: `${item} of its items`,
      expected: items.length > 0,
    };
  }
  if (header !== undefined) {
    const value = headerOf(page.answer.headers[header.toLowerCase()]);
    return { values: [value], where: `the header ${header}`, expected: format !== 'text' };
  }
  if (field !== undefined) {
    return { values: [valueAt(page.document, field)], where: `${field} of its body`, expected: format !== 'text' };
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const WHOLE = /^\d+$/;

/** Whole numbers by their value, all else by their characters. */
function isGreater(text: string, than: string): boolean {
  return WHOLE.test(text) && WHOLE.test(than) ? BigInt(text) > BigInt(than) : text > than;
}

/** ISO 8601, or the date of a header. */
const TIME = /^\d{4}-\d\d-\d\d|^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} /;
const LOCAL = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** Times of a day, without an offset, are of UTC; dates are their first instant. */
function timeIn(value: unknown, format: TimeFormat): Instant | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    if (format !== 'seconds' && format !== 'milliseconds') return undefined;
    return Math.floor(Number(text) * (format === 'seconds' ? 1000 : 1));
  }
  if (!TIME.test(text)) return undefined;
  const ms = Date.parse(LOCAL.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** As it is written in an address. */
export function timeAs(instant: Instant, format: TimeFormat): string {
  if (format === 'milliseconds') return String(instant);
  if (format === 'seconds') return String(Math.floor(instant / 1000));
  const text = new Date(instant).toISOString();
  return format === 'date' ? text.slice(0, 10) : `${text.slice(0, 19)}Z`;
}

function refuse(endpoint: string, reason: string): never {
  throw busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason });
}
