/** The headers and the fields of the query that are the same for every message of a port: worked out once, secrets included. */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { fixedProof } from '../shared/client/auth/authorisation.ts';
import { type Auth, isFixed } from '../shared/client/auth/config.ts';
import { type TextOrSecret, textFrom } from '../shared/client/schema.ts';
import { filled, hasProperties } from '../shared/client/template.ts';
import { type Conditions, conditionsFor } from './conditions.ts';

export interface HeaderConfig {
  readonly headers?: Readonly<Record<string, TextOrSecret>>;
  readonly auth?: Auth;
  readonly conditions?: Conditions;
}

/** Headers that the adapter or the HTTP client writes itself. */
const OWN = new Set(['content-length', 'transfer-encoding', 'host', 'connection', 'content-type', 'idempotency-key']);

export const isOwnHeader = (name: string) => OWN.has(name.toLowerCase());

export interface Fixed {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Those with properties of the message in them. */
  readonly templates: readonly (readonly [name: string, text: string])[];
  readonly conditions: Conditions;
  readonly query: string | undefined;
}

/** Throws BusError kind `config` when a secret is not set. */
export function compileFixed({ headers = {}, auth, conditions = {} }: HeaderConfig, context: AdapterContext): Fixed {
  const written = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const templates = written.filter((each): each is readonly [string, string] => isTemplate(each[1]));
  const own = written
    .filter(([, value]) => !isTemplate(value))
    .map(([name, value]) => [name, textFrom(value, context.secret)]);
  const proof = auth && isFixed(auth) ? fixedProof(auth, context) : { headers: {}, query: {} };
  const query = new URLSearchParams(proof.query).toString();
  return {
    headers: { ...Object.fromEntries(own), ...proof.headers },
    templates,
    conditions,
    query: query === '' ? undefined : query,
  };
}

const isTemplate = (value: TextOrSecret) => typeof value === 'string' && hasProperties(value);

/** Throws BusError ENDPOINT_REFUSED for a message that lacks a property, or whose value cannot stand in a header. */
export function headersFor(fixed: Fixed, message: Message, endpoint: string): Record<string, string> {
  const filledIn = fixed.templates.map(([name, text]) => [name, filled(text, message, endpoint, `the header ${name}`)]);
  const own: Record<string, string> = { ...Object.fromEntries(filledIn), ...conditionsFor(fixed.conditions, message) };
  for (const [name, value] of Object.entries(own)) {
    if (/^[\x20-\x7e\xa0-\xff]*$/.test(value)) continue;
    const reason = `what stands in the header ${name} is no text for a header`;
    throw busError('ENDPOINT_REFUSED', { endpoint, reason });
  }
  return { ...fixed.headers, ...own };
}
