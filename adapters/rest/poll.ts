/**
 * Asks an address again and again; each page of an answer is a message. Promises: one page is held at a time; the time from which is
 * asked moves on only when all pages of a look are durable, so that whatever breaks off is asked for again: nothing is lost, and what
 * comes twice is for the location's `dedupe` to recognise.
 */
import { createHash } from 'node:crypto';
import type { AdapterContext, Incoming, ReceiveLocation, Submit } from '../../runtime/contracts/adapter.ts';
import type { Instant } from '../../runtime/contracts/clock.ts';
import { parseDuration } from '../../runtime/contracts/duration.ts';
import { type Property, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import type { Answer } from '../shared/client/exchange.ts';
import { firstPage, nextPage, type Page, valueAt } from './next-page.ts';
import { createPollClient, type PollClient } from './poll-client.ts';
import { PAGES_DEFAULTS, POLL_DEFAULTS, type PollConfig, SINCE_DEFAULTS, type SinceConfig } from './poll-config.ts';
import { bytesOfAnswer, contentTypeOf, headerOf } from './read-answer.ts';

export function pollAddress(config: PollConfig, context: AdapterContext): ReceiveLocation {
  const { every, maxAnswerBytes } = { ...POLL_DEFAULTS, ...config };
  const since = { ...SINCE_DEFAULTS, ...config.since };
  const most = config.pages?.most ?? PAGES_DEFAULTS.most;
  const { clock } = context;

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { origin } = new URL(addressAt(config.url, 0, 0, since.format));
    const client = createPollClient(origin, config, context);
    let from = clock.now() - parseDuration(since.start)!;
    let last: Look | undefined;
    try {
      while (!signal.aborted) {
        const until = clock.now();
        last = await look(client, addressAt(config.url, from, until, since.format), last, submit, signal);
        from = until - parseDuration(since.overlap)!;
        await clock.sleep(parseDuration(every)!, signal);
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    } finally {
      await client.close();
    }
  }

  /** All pages, one after the other. */
  async function look(
    client: PollClient,
    address: string,
    last: Look | undefined,
    submit: Submit,
    signal: AbortSignal,
  ): Promise<Look | undefined> {
    const known = last?.address === address ? last : undefined;
    let url = firstPage(address, config.pages);
    for (let count = 1; ; count += 1) {
      const answer = await client.ask(url, count === 1 ? conditionsOf(known) : {}, signal);
      if (answer.status === 304) return known;
      const page = readPage(url, answer);
      const next = nextPage(page, config.pages);
      const seen = lookOf(address, answer);
      const isOnly = count === 1 && next === undefined;
      if (!isEmpty(page) && !(isOnly && seen.digest === known?.digest)) await submit([incomingOf(page)], signal);
      if (next === undefined) return isOnly ? seen : undefined;
      if (count === most) refuse(url, `it has more than ${most} pages`);
      if (next === url) refuse(url, 'its next page is itself');
      url = next;
    }
  }

  function readPage(url: string, answer: Answer): Page {
    const bytes = bytesOfAnswer(answer, maxAnswerBytes, url);
    const { items: path, pages } = config;
    const isNeeded = path !== undefined || pages?.field !== undefined;
    const document = isNeeded && bytes.byteLength > 0 ? jsonIn(bytes, url) : undefined;
    const list = path === undefined || document === undefined ? undefined : valueAt(document, path);
    if (list !== undefined && list !== null && !Array.isArray(list)) refuse(url, `${path} of it is no list`);
    const items = path === undefined ? undefined : ((list ?? []) as readonly unknown[]);
    return { url, answer: { ...answer, body: bytes }, document, items };
  }

  function incomingOf({ url, answer }: Page): Incoming {
    const told: [string, Property][] = [
      [BUS.sourceName, { value: new URL(url).pathname, promoted: false }],
      ['http.url', { value: url, promoted: false }],
      ['http.status', { value: answer.status, promoted: false }],
    ];
    return { parts: [partOf(answer.body as Uint8Array, contentTypeOf(answer))], context: new Map(told) };
  }

  return { run };
}

const isEmpty = ({ answer, items }: Page) => (answer.body as Uint8Array).byteLength === 0 || items?.length === 0;

function jsonIn(bytes: Uint8Array, endpoint: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse(endpoint, 'it is no JSON');
  }
}

function refuse(endpoint: string, reason: string): never {
  throw busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason });
}

/** What is known of an answer that came on one page: the same one again is no message. */
interface Look {
  readonly address: string;
  readonly digest: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

function lookOf(address: string, { headers, body }: Answer): Look {
  const digest = createHash('sha256')
    .update(body as Uint8Array)
    .digest('hex');
  const etag = headerOf(headers['etag']);
  return { address, digest, etag, lastModified: headerOf(headers['last-modified']) };
}

function conditionsOf(known: Look | undefined): Record<string, string> {
  return {
    ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
    ...(known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
  };
}

type Format = NonNullable<SinceConfig['format']>;

function addressAt(url: string, from: Instant, until: Instant, format: Format): string {
  const written = (instant: Instant) => encodeURIComponent(timeAs(instant, format));
  return new URL(url.replaceAll('{since}', written(from)).replaceAll('{until}', written(until))).href;
}

function timeAs(instant: Instant, format: Format): string {
  if (format === 'milliseconds') return String(instant);
  if (format === 'seconds') return String(Math.floor(instant / 1000));
  const text = new Date(instant).toISOString();
  return format === 'date' ? text.slice(0, 10) : `${text.slice(0, 19)}Z`;
}
