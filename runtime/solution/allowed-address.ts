/**
 * Patterns of addresses that messages may send to: `https://*.example.gov.uk/hooks/*`, `data/partners/*`. Pure. What is compared
 * is the normal form of an address, so that no way of writing it leads around a pattern.
 */
import type { AllowedAddress, DynamicSend } from '../contracts/dynamic.ts';

type Kind = DynamicSend['kind'];

/** A problem in words where the pattern is none. */
export function compileAllowed(kind: Kind, pattern: string): AllowedAddress | string {
  return kind === 'url' ? urlPattern(pattern) : pathPattern(pattern);
}

/** An address that the pattern takes, to check options with. */
export const sampleOf = (pattern: string): string => pattern.replaceAll('*', 'x');

/** Undefined where it is no address of the kind. */
export function normalAddress(kind: Kind, address: string): string | undefined {
  return kind === 'url' ? normalUrl(address) : normalPath(address);
}

const URL_PATTERN = /^(?<scheme>https?):\/\/(?<host>\[[0-9a-f:.]+\]|[^/?#@:\s[\]]+)(?<port>:\d+)?(?<rest>\/[^#\s]*)?$/i;
const HOST = /^(?:\*|(?:\*\.)?[^*]+)$/;

function urlPattern(pattern: string): AllowedAddress | string {
  const { scheme, host, port = '', rest = '/*' } = URL_PATTERN.exec(pattern)?.groups ?? {};
  if (scheme === undefined || host === undefined)
    return 'it is not http(s)://host[:port]/path, where the host may be `*` or begin with `*.`';
  if (!HOST.test(host)) return 'in a host, `*` stands alone or as the first label, as *.example.gov.uk';
  const named = !host.includes('*');
  const { hostname, port: number } = new URL(`${scheme}://${sampleOf(host)}${port}`);
  const hosts = named ? escaped(hostname) : anyHost(host.slice(1));
  const paths = rest.split('*').map(escaped).join('.*');
  const query = rest.includes('?') ? '' : '(?:\\?.*)?';
  const at = number === '' ? '' : `:${number}`;
  const expression = new RegExp(`^${scheme.toLowerCase()}://${hosts}${at}${paths}${query}$`, 's');
  return { pattern, named, takes: (address) => expression.test(address) };
}

/** `.example.gov.uk`: one label or more before it; nothing: any host. */
function anyHost(suffix: string): string {
  return suffix === '' ? '(?:\\[[0-9a-f:.]+\\]|[^/:?]+)' : `(?:[^/:?.]+\\.)*[^/:?.]+${escaped(suffix.toLowerCase())}`;
}

function pathPattern(pattern: string): AllowedAddress | string {
  if (normalPath(sampleOf(pattern)) === undefined) return 'it is not a relative path without `..`';
  const expression = new RegExp(`^${trimmed(pattern).split('*').map(escaped).join('[^/]*')}$`);
  return { pattern, named: true, takes: (address) => expression.test(address) };
}

/** Braces would be placeholders to an adapter; a password in an address would be written into logs. */
function normalUrl(address: string): string | undefined {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return undefined;
  url.hash = '';
  return url.href.replaceAll('{', '%7B').replaceAll('}', '%7D');
}

function normalPath(address: string): string | undefined {
  const steps = trimmed(address).split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a path must not hold any.
  const isOdd = steps.some((step) => step === '' || step === '.' || step === '..' || /[\\\u0000-\u001f{}]/.test(step));
  return isOdd || /^[A-Za-z]:/.test(address) ? undefined : steps.join('/');
}

const trimmed = (path: string) => path.replace(/\/+$/, '');
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
