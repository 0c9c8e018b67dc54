/**
 * Asks an address again and again; each page of an answer is a message. Promises: one page is held at a time; how far was read is kept in
 * the commit of the last page of a look, so that whatever breaks off is asked for again: nothing is lost, and what comes twice is for the
 * location's `dedupe` to recognise.
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
import { PAGES_DEFAULTS, POLL_DEFAULTS, type PollConfig, SINCE_DEFAULTS } from './poll-config.ts';
import { bytesOfAnswer, contentTypeOf, headerOf } from './read-answer.ts';
import { openWatermark, timeAs, type Watermark } from './watermark.ts';

export function pollAddress(config: PollConfig, context: AdapterContext): ReceiveLocation {
  const { every, maxAnswerBytes } = { ...POLL_DEFAULTS, ...config };
  const most = config.pages?.most ?? PAGES_DEFAULTS.most;
  const { clock } = context;
  /** What is asked without a time is known by what it was. */
  const isTimed = config.url.includes('{since}');

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { origin } = new URL(addressOf(config, '0', 0));
    const client = createPollClient(origin, config, context);
    let last: Look | undefined;
    try {
      while (!signal.aborted) {
        last = await look(client, last, submit, signal);
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
    last: Look | undefined,
    submit: Submit,
    signal: AbortSignal,
  ): Promise<Look | undefined> {
    const from = await context.watermark?.();
    const until = clock.now();
    const watermark = isTimed ? openWatermark(config.since, from, until, context.name) : undefined;
    const address = addressOf(config, watermark?.since ?? '', until);
    const known = last?.address === address && (isTimed || last.digest === from) ? last : undefined;
    const before = isTimed ? known?.digest : from;
    let url = firstPage(address, config.pages);
    for (let count = 1; ; count += 1) {
      const answer = await client.ask(url, count === 1 ? conditionsOf(known) : {}, signal);
      if (answer.status === 304) return known;
      const page = readPage(url, answer);
      const next = nextPage(page, config.pages);
      const seen = lookOf(address, answer);
      const isOnly = count === 1 && next === undefined;
      watermark?.note(page);
      const batch = isEmpty(page) || (isOnly && seen.digest === before) ? [] : [incomingOf(page)];
      const to = next === undefined ? reached(watermark, seen, isOnly) : undefined;
      if (to !== undefined && to !== from) await submit(batch, signal, { from, to });
      else if (batch.length > 0) await submit(batch, signal);
      if (next === undefined) return isOnly ? seen : undefined;
      if (count === most) refuse(url, `it has more than ${most} pages`);
      if (next === url) refuse(url, 'its next page is itself');
      url = next;
    }
  }

  function readPage(url: string, answer: Answer): Page {
    const bytes = bytesOfAnswer(answer, maxAnswerBytes, url);
    const { items: path, pages } = config;
    const isNeeded = path !== undefined || pages?.field !== undefined || config.since?.field !== undefined;
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
  const hash = createHash('sha256').update(body as Uint8Array);
  const digest = `sha256:${hash.digest('hex')}`;
  const etag = headerOf(headers['etag']);
  return { address, digest, etag, lastModified: headerOf(headers['last-modified']) };
}

function conditionsOf(known: Look | undefined): Record<string, string> {
  return {
    ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
    ...(known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
  };
}

function addressOf({ url, since }: PollConfig, from: string, until: Instant): string {
  const format = since?.format ?? SINCE_DEFAULTS.format;
  const end = format === 'text' ? '' : timeAs(until, format);
  return new URL(
    url.replaceAll('{since}', () => encodeURIComponent(from)).replaceAll('{until}', () => encodeURIComponent(end)),
  ).href;
}

/** What is kept once the last page is durable: how far was read, or what the answer was. */
function reached(watermark: Watermark | undefined, { digest }: Look, isOnly: boolean): string | undefined {
  if (watermark) return watermark.next();
  return isOnly ? digest : `${digest} and further pages`;
}
