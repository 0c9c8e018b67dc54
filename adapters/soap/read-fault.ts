/** A SOAP fault of the far end, as a BusError that an orchestration can catch by the name of what went wrong. */
import { XMLParser } from 'fast-xml-parser';
import type { BusError } from '../../runtime/contracts/errors.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { type BodyElement, type Envelope, type HeaderBlock, NAMESPACE_OF } from './envelope.ts';
import { standAlone } from './stand-alone.ts';
import { readXml, type Tag } from './xml-reader.ts';
import { parseElement } from './xml-tree.ts';

/** The fault in an envelope; undefined when it holds none. */
export function faultIn({ version, body }: Envelope): BodyElement | undefined {
  return body.find(({ uri, local }) => local === 'Fault' && uri === NAMESPACE_OF[version]);
}

/**
 * `detail` is the content of the first detail element, or of the block in the header that stands in its place, with faultcode and
 * faultstring beside it; `document` is that element as it was written.
 */
export function faultError({ xml }: BodyElement, endpoint: string, { block, resolve }: Around = {}): BusError {
  const { code, reason, detail } = told(parsed(xml), languages(xml));
  const written = detailElement(xml) ?? block?.xml;
  const element = written !== undefined && resolve ? resolve(written) : written;
  const content = element === undefined ? detail : Object.values(parsedElement(element))[0];
  const fault = element === undefined ? localPart(code) : parseElement(element).local;
  const fields = isFields(content) ? content : isBlank(content) ? {} : { text: content };
  const server = /^(Server|Receiver)\b/.test(localPart(code)) && isBlank(detail);
  return busError(
    'ENDPOINT_FAULT',
    { endpoint, fault, reason: shortened(reason) },
    {
      fault,
      detail: { faultcode: code, faultstring: reason, ...fields },
      kind: server ? 'transient' : 'message',
      ...(element === undefined ? {} : { document: { bytes: Buffer.from(element), contentType: 'text/xml' } }),
    },
  );
}

interface Around {
  /** A declared headerfault. */
  readonly block?: HeaderBlock | undefined;
  /** Puts what an element refers to in its place. */
  readonly resolve?: ((xml: string) => string) | undefined;
}

/** The first element of the detail, so that it stands alone. */
function detailElement(xml: string): string | undefined {
  let inside = false;
  let found: { readonly start: number; readonly declared: Tag['declared'] } | undefined;
  let cut: string | undefined;
  const around: Record<string, string> = {};
  readXml(xml, {
    open({ depth, local, start, declared }) {
      if (depth === 0) Object.assign(around, declared);
      if (depth === 1) inside = /^detail$/i.test(local);
      if (depth === 1 && inside) Object.assign(around, declared);
      if (depth === 2 && inside && !cut) found = { start, declared };
    },
    close(depth, end) {
      if (depth !== 2 || !found || cut) return;
      cut = standAlone({ text: xml, ...found, end, inherited: around });
    },
  });
  return cut;
}

/** The reasons of SOAP 1.2 with their languages. */
function languages(xml: string): readonly { readonly lang: string; readonly text: string }[] {
  const reason = parseElement(xml).children.find(({ local }) => local === 'Reason');
  return (reason?.children ?? []).map(({ attributes, text }) => ({
    lang: attributes.find(({ local }) => local === 'lang')?.value.toLowerCase() ?? '',
    text: text.trim(),
  }));
}

type Fields = Readonly<Record<string, unknown>>;

interface Told {
  readonly code: string;
  readonly reason: string;
  readonly detail: unknown;
}

type Reasons = ReturnType<typeof languages>;

/** English where there is a choice. */
function told(fault: Fields, reasons: Reasons): Told {
  if (!isFields(fault['Code'])) {
    return { code: textOf(fault['faultcode']), reason: textOf(fault['faultstring']), detail: fault['detail'] };
  }
  const { Value: value, Subcode: subcode } = fault['Code'];
  const finer = isFields(subcode) ? textOf(subcode['Value']) : '';
  const reason = (reasons.find(({ lang }) => /^en\b/.test(lang)) ?? reasons[0])?.text ?? '';
  const general = /^(.*:)?(Sender|Receiver)$/.test(textOf(value)) ? textOf(value) : '';
  const server = localPart(general) === 'Receiver';
  return { code: server || finer === '' ? textOf(value) : finer, reason, detail: fault['Detail'] };
}

function parsed(xml: string): Fields {
  const { Fault: fault } = parsedElement(xml);
  return isFields(fault) ? fault : {};
}

/** Text stays text; an element that repeats is a list. */
function parsedElement(xml: string): Fields {
  const parser = new XMLParser({
    removeNSPrefix: true,
    parseTagValue: false,
    htmlEntities: true,
    ignoreAttributes: true,
  });
  try {
    return parser.parse(xml) as Fields;
  } catch {
    return { Fault: { faultcode: 'Client', faultstring: 'its fault cannot be read' } }; // Names such as __proto__ are refused.
  }
}

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isBlank = (value: unknown) => value === undefined || value === '';
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
