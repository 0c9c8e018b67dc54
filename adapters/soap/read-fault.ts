/** A SOAP fault of the far end, as a BusError that an orchestration can catch by the name of what went wrong. */
import { XMLParser } from 'fast-xml-parser';
import type { BusError } from '../../runtime/contracts/errors.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { type BodyElement, type Envelope, NAMESPACE_OF } from './envelope.ts';

/** The fault in an envelope; undefined when it holds none. */
export function faultIn({ version, body }: Envelope): BodyElement | undefined {
  return body.find(({ uri, local }) => local === 'Fault' && uri === NAMESPACE_OF[version]);
}

/** `detail` is the content of the first detail element, with faultcode and faultstring beside it. */
export function faultError({ xml }: BodyElement, endpoint: string): BusError {
  const { code, reason, detail } = told(parsed(xml));
  const [first] = plainKeys(detail);
  const fault = first ?? localPart(code);
  const content = first === undefined ? detail : (detail as Fields)[first];
  const fields = isFields(content) ? content : isBlank(content) ? {} : { text: content };
  const server = /^(Server|Receiver)\b/.test(localPart(code)) && isBlank(detail);
  return busError(
    'ENDPOINT_FAULT',
    { endpoint, fault, reason: shortened(reason) },
    { fault, detail: { faultcode: code, faultstring: reason, ...fields }, kind: server ? 'transient' : 'message' },
  );
}

type Fields = Readonly<Record<string, unknown>>;

interface Told {
  readonly code: string;
  readonly reason: string;
  readonly detail: unknown;
}

function told(fault: Fields): Told {
  if (!isFields(fault['Code'])) {
    return { code: textOf(fault['faultcode']), reason: textOf(fault['faultstring']), detail: fault['detail'] };
  }
  const { Value: value, Subcode: subcode } = fault['Code'];
  const finer = isFields(subcode) ? textOf(subcode['Value']) : '';
  const reason = isFields(fault['Reason']) ? fault['Reason']['Text'] : undefined;
  const general = /^(.*:)?(Sender|Receiver)$/.test(textOf(value)) ? textOf(value) : '';
  const server = localPart(general) === 'Receiver';
  return { code: server || finer === '' ? textOf(value) : finer, reason: textOf(reason), detail: fault['Detail'] };
}

/** Text stays text; an element that repeats is a list. */
function parsed(xml: string): Fields {
  const parser = new XMLParser({
    removeNSPrefix: true,
    parseTagValue: false,
    htmlEntities: true,
    ignoreAttributes: true,
  });
  try {
    const { Fault: fault } = parser.parse(xml) as Fields;
    return isFields(fault) ? fault : {};
  } catch {
    return { faultcode: 'Client', faultstring: 'its fault cannot be read' }; // Names such as __proto__ are refused.
  }
}

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isBlank = (value: unknown) => value === undefined || value === '';
const plainKeys = (value: unknown) => (isFields(value) ? Object.keys(value).filter((key) => key !== '#text') : []);
const localPart = (name: string) => name.slice(name.lastIndexOf(':') + 1) || 'Fault';

function textOf(value: unknown): string {
  if (Array.isArray(value)) return textOf(value[0]);
  if (isFields(value)) return textOf(value['#text']);
  return value === undefined ? '' : String(value);
}

const LONGEST = 500;

function shortened(text: string): string {
  const words = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '') || 'no reason was given';
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
