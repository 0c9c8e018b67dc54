/** Decides whether a request is a call of the service, before anything else sees it. Pure. */

import { decodeRpc } from './encoded/decode.ts';
import type { Types } from './encoded/type-book.ts';
import {
  type BodyElement,
  type Envelope,
  type HeaderBlock,
  nameOf,
  readEnvelope,
  type SoapVersion,
  VersionProblem,
} from './envelope.ts';
import type { SoapOperation } from './service.ts';
import { type CheckToken, SECURITY } from './username-token.ts';
import type { Fault } from './write-fault.ts';
import { decodeXml, XmlProblem } from './xml-reader.ts';

export interface Gate {
  /** By the name of the input element. */
  readonly operations: ReadonlyMap<string, SoapOperation>;
  /** For the operations whose calls are encoded. */
  readonly types: Types;
  /** Namespaces of header blocks that callers may insist on. */
  readonly understands: ReadonlySet<string>;
  /** Who calls must say who it is. */
  readonly checkToken?: CheckToken;
}

export type Call =
  | ({ readonly version: SoapVersion } & Taken)
  | { readonly version: SoapVersion; readonly fault: Fault };

export function checkCall(bytes: Uint8Array, contentType: string, gate: Gate): Call {
  const announced: SoapVersion = /^\s*application\/soap\+xml/i.test(contentType) ? '1.2' : '1.1';
  if (!/^\s*((text|application)\/xml|application\/soap\+xml)?\s*(;|$)/i.test(contentType)) {
    const reason = `The content type ${contentType.split(';')[0]} is not taken; send text/xml or application/soap+xml.`;
    return { version: announced, fault: { code: 'Client', status: 415, reason } };
  }
  try {
    const envelope = readEnvelope(decodeXml(bytes, contentType));
    return { version: envelope.version, ...checkEnvelope(envelope, gate) };
  } catch (thrown) {
    if (!(thrown instanceof XmlProblem)) throw thrown;
    const code = thrown instanceof VersionProblem ? 'VersionMismatch' : 'Client';
    return { version: announced, fault: { code, reason: `The request cannot be read: ${thrown.message}.` } };
  }
}

export interface Taken {
  readonly operation: SoapOperation;
  readonly xml: string;
  readonly header: readonly HeaderBlock[];
  readonly caller?: string;
}

type Checked = Taken | { readonly fault: Fault };

function checkEnvelope({ header, body }: Envelope, gate: Gate): Checked {
  const { understands, checkToken } = gate;
  const checked = checkBody(body, gate);
  const declared = 'fault' in checked ? [] : (checked.operation.headers?.input ?? []).map(nameOf);
  const isKnown = (block: HeaderBlock) =>
    understands.has(block.uri) ||
    (checkToken !== undefined && block.uri === SECURITY) ||
    declared.includes(nameOf(block));
  const strange = header.filter((block) => block.mustUnderstand && isForUs(block) && !isKnown(block));
  if (strange.length > 0) {
    const reason = `The header block ${nameOf(strange[0]!)} is not understood.`;
    return { fault: { code: 'MustUnderstand', reason, notUnderstood: strange } };
  }
  const caller = checkToken?.(header);
  if (checkToken && caller === undefined)
    return refuse('The security token could not be authenticated or authorized (FailedAuthentication).');
  if ('fault' in checked) return checked;
  return { ...checked, header, ...(caller === undefined ? {} : { caller }) };
}

function checkBody(
  body: readonly BodyElement[],
  { operations, types }: Gate,
): Omit<Taken, 'header'> | { fault: Fault } {
  const [first, second] = body;
  if (!first) return refuse('The SOAP body is empty.');
  const called = body.find((element) => operations.get(nameOf(element))?.encoded?.input) ?? first;
  const operation = operations.get(nameOf(called));
  const input = operation?.encoded?.input;
  if (second && !input) return refuse('The SOAP body holds more than one element.');
  if (!operation) {
    return refuse(`There is no operation for ${nameOf(first)}; there are ${[...operations.keys()].join(', ')}.`);
  }
  if (!input) return { operation, xml: called.xml };
  const elements = [called, ...body.filter((element) => element !== called)].map(({ xml }) => xml);
  return { operation, xml: decodeRpc(elements, input, types) };
}

const refuse = (reason: string, code: Fault['code'] = 'Client'): { fault: Fault } => ({ fault: { code, reason } });

const isForUs = ({ actor }: HeaderBlock) => !actor || /\/(next|ultimateReceiver)$/.test(actor);
