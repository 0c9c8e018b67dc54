/** The address of the page behind a page; what the far end says is followed on its own host only. */
import { busError } from '../../runtime/errors/bus-error.ts';
import type { Answer } from '../shared/client/exchange.ts';
import type { PagesConfig } from './poll-config.ts';
import { headerOf } from './read-answer.ts';

export interface Page {
  readonly url: string;
  readonly answer: Answer;
  /** Where the body is JSON. */
  readonly document: unknown;
  /** Where the options say where they are. */
  readonly items: readonly unknown[] | undefined;
}

/** The first page where it is told by its number. */
export function firstPage(url: string, pages: PagesConfig | undefined): string {
  if (pages?.by !== 'page' && pages?.by !== 'offset') return url;
  return withParameter(url, pages.parameter!, pages.first ?? (pages.by === 'page' ? 1 : 0));
}

/** Undefined behind the last one. Throws BusError ENDPOINT_ANSWER_INVALID for an address that leads elsewhere. */
export function nextPage(page: Page, pages: PagesConfig | undefined): string | undefined {
  if (!pages) return undefined;
  if (pages.by === 'link') return ownAddress(linkIn(headerOf(page.answer.headers['link']) ?? ''), page.url);
  if (pages.by === 'next') return ownAddress(textAt(page.document, pages.field!), page.url);
  if (pages.by === 'cursor') {
    const cursor = textAt(page.document, pages.field!);
    return cursor === undefined ? undefined : withParameter(page.url, pages.parameter!, cursor);
  }
  const found = page.items?.length ?? 0;
  if (found === 0 || found < (pages.size ?? 0)) return undefined;
  const at = Number(new URL(page.url).searchParams.get(pages.parameter!));
  return withParameter(page.url, pages.parameter!, at + (pages.by === 'page' ? 1 : found));
}

/** RFC 8288: `<address>; rel="next"`, among others. */
function linkIn(header: string): string | undefined {
  for (const [, target, parameters] of header.matchAll(
    /<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:"[^"]*"|[^\s;,"]*))?)*)/g,
  )) {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i.exec(parameters!);
    if ((relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/).includes('next')) return target;
  }
  return undefined;
}

/** Credentials go along with each request: never to somebody else. */
function ownAddress(target: string | undefined, base: string): string | undefined {
  if (target === undefined) return undefined;
  const url = URL.parse(target, base);
  if (url && url.origin === new URL(base).origin) return url.href;
  const reason = `its next page is said to be at ${target.slice(0, 200)}, which is elsewhere`;
  throw busError('ENDPOINT_ANSWER_INVALID', { endpoint: base, reason });
}

/** The value at a path of keys; `$` is the whole. */
export function valueAt(document: unknown, path: string): unknown {
  if (path === '$') return document;
  return path.split('.').reduce<unknown>((value, key) => {
    const isNode = value !== null && typeof value === 'object' && Object.hasOwn(value, key);
    return isNode ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  }, document);
}

/** Empty, null and false are none. */
function textAt(document: unknown, path: string): string | undefined {
  const value = valueAt(document, path);
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}

function withParameter(address: string, name: string, value: string | number): string {
  const url = new URL(address);
  url.searchParams.set(name, String(value));
  return url.href;
}
