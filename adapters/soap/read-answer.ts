/** What a SOAP service answered: the body element, or the BusError that says what went wrong. */
import type { Instant } from '../../runtime/contracts/clock.ts';
import type { BusError } from '../../runtime/contracts/errors.ts';
import type { Part } from '../../runtime/contracts/message.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { httpFailure } from '../../runtime/errors/http-failure.ts';
import { type Inclusion, type OpenMessage, openMessage } from './attachments/open-message.ts';
import { decodeElement } from './encoded/decode.ts';
import type { Types } from './encoded/type-book.ts';
import { type Envelope, emptyElement, type HeaderBlock, nameOf, type QName, readEnvelope } from './envelope.ts';
import { faultError, faultIn } from './read-fault.ts';
import { SecurityProblem } from './security/names.ts';
import type { Decrypted, SecuredMessage, Security } from './security/open-security.ts';
import type { HttpAnswer } from './way.ts';
import { XmlProblem } from './xml-reader.ts';

export interface Reading {
  readonly endpoint: string;
  readonly twoWay: boolean;
  readonly now: Instant;
  readonly types?: Types;
  /** The element that an empty body stands for. */
  readonly empty?: QName | undefined;
  readonly headerFaults?: readonly QName[] | undefined;
  /** For operations whose answers are encoded: the body's elements as one, without the encoding. */
  readonly decode?: ((elements: readonly string[]) => string) | undefined;
  /** What becomes of content that an envelope includes. */
  readonly attachments?: Inclusion | undefined;
  /** Answers are encrypted, or must be signed, unless they are faults. */
  readonly security?: Security | undefined;
}

export interface Answered {
  /** The body element. */
  readonly xml: string;
  readonly header: readonly HeaderBlock[];
  readonly attachments: readonly Part[];
}

/** Undefined on a one-way port. A fault may come with any status, also with 200. */
export function readAnswer(answer: HttpAnswer, reading: Reading): Answered | undefined {
  const { endpoint, twoWay, decode } = reading;
  const { status, bytes } = answer;
  const success = status >= 200 && status < 300;
  if (success && !twoWay && isBlank(bytes)) return undefined;
  const read = readOf(answer, reading.attachments);
  if ('problem' in read) throw success ? invalid(endpoint, read.problem) : refused(answer, reading);
  const decrypted = decryptedBy(reading.security, read, endpoint);
  const envelope = decrypted.message;
  const fault = faultIn(envelope);
  if (fault)
    throw faultError(fault, endpoint, { block: declaredIn(envelope, reading), resolve: resolving(envelope, reading) });
  if (!success) throw refused(answer, reading);
  const [body] = envelope.body;
  if (!body && twoWay && !reading.empty) throw invalid(endpoint, 'its SOAP body is empty');
  secured(() => reading.security?.check(decrypted), endpoint);
  if (!twoWay) return undefined;
  return {
    xml: reading.empty ? emptyElement(reading.empty) : decode ? decoded(decode, envelope, endpoint) : body!.xml,
    header: envelope.header,
    attachments: envelope.attachments,
  };
}

function decryptedBy(security: Security | undefined, message: Read, endpoint: string): Decrypted<Read> {
  if (!security) return { message, sealed: false, touched: false };
  return secured(() => security.decrypt(message), endpoint);
}

function secured<T>(work: () => T, endpoint: string): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof SecurityProblem)) throw thrown;
    const secretly = thrown.cause === undefined ? '' : `: ${reasonOf(thrown.cause)}`;
    throw invalid(endpoint, `its security is refused: ${thrown.message}${secretly}`);
  }
}

/** A fault about a header block has its detail in the header. */
const declaredIn = ({ header }: Envelope, { headerFaults = [] }: Reading) =>
  header.find((block) => headerFaults.some((declared) => nameOf(declared) === nameOf(block)));

/** Axis writes what a fault refers to beside it. */
function resolving({ body }: Envelope, { types }: Reading): ((xml: string) => string) | undefined {
  const others = body.filter(({ local }) => local !== 'Fault').map(({ xml }) => xml);
  if (others.length === 0 || !types) return undefined;
  return (xml) => {
    try {
      return decodeElement(xml, others, types);
    } catch (thrown) {
      if (thrown instanceof XmlProblem) return xml;
      throw thrown;
    }
  };
}

function decoded(decode: (elements: readonly string[]) => string, { body }: Envelope, endpoint: string): string {
  try {
    return decode(body.map(({ xml }) => xml));
  } catch (thrown) {
    throw thrown instanceof XmlProblem ? invalid(endpoint, thrown.message) : thrown;
  }
}

type Read = SecuredMessage & Pick<OpenMessage, 'attachments'>;

/** Some services call their envelopes web pages: what it is counts more than what it is called. */
function readOf({ bytes, contentType }: HttpAnswer, inclusion?: Inclusion): Read | { readonly problem: string } {
  if (isBlank(bytes)) return { problem: 'it is empty' };
  try {
    const { text, attachments } = openMessage(bytes, contentType, inclusion);
    return { ...readEnvelope(text), text, attachments };
  } catch (thrown) {
    return { problem: /\bhtml\b/i.test(contentType) ? `it is a web page: ${beginning(bytes)}` : reasonOf(thrown) };
  }
}

/** Some services end a one-way call with a line break. */
const isBlank = (bytes: Uint8Array) => bytes.byteLength < 16 && Buffer.from(bytes).toString('latin1').trim() === '';

const invalid = (endpoint: string, reason: string) => busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason });

function refused({ status, bytes, retryAfter, location }: HttpAnswer, { endpoint, now }: Reading): BusError {
  const redirects = status >= 300 && status < 400;
  const says = redirects ? `redirects to ${location ?? 'nowhere'} are not followed` : beginning(bytes);
  return httpFailure({ endpoint, status, says, retryAfter }, now);
}

function beginning(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 2000)).toString();
  const words = text
    .replace(/<(script|style)[\s\S]*?<\/\1>|<[^<>]*>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words.slice(0, 200).replace(/\.$/, '');
}
