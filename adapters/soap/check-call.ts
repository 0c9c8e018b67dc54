/** Decides whether a request is a call of the service, before anything else sees it. Pure. */

import type { Part } from '../../runtime/contracts/message.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { addressingFault, INCOMING_DEFAULTS } from './addressing/incoming.ts';
import { addressingVersionOf } from './addressing/names.ts';
import { type Addressing, readAddressing } from './addressing/read.ts';
import { type Inclusion, openMessage, type Packaging } from './attachments/open-message.ts';
import { actionOf, type Dispatch } from './dispatch.ts';
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
import { renamedRoot } from './rename-root.ts';
import { SECURITY, SecurityProblem, UTILITY } from './security/names.ts';
import type { Once } from './security/once.ts';
import type { SecuredMessage, Security, Signer } from './security/open-security.ts';
import type { SoapOperation } from './service.ts';
import type { CheckToken } from './username-token.ts';
import type { Fault } from './write-fault.ts';
import { XmlProblem } from './xml-reader.ts';

export interface Gate {
  readonly dispatch: Dispatch;
  /** For the operations whose calls are encoded. */
  readonly types: Types;
  /** Namespaces of header blocks that callers may insist on. */
  readonly understands: ReadonlySet<string>;
  /** What becomes of content that an envelope includes. */
  readonly attachments?: Inclusion | undefined;
  /** Callers must speak WS-Addressing. */
  readonly addressing?: boolean;
  /** Who calls must say who it is. */
  readonly checkToken?: CheckToken;
  /** Calls are encrypted, or must be signed. */
  readonly security?: Security | undefined;
}

/** How the caller speaks. */
export interface Spoken {
  readonly version: SoapVersion;
  readonly addressing?: Addressing | undefined;
  readonly packaged?: Packaging | undefined;
}

export type Call = Spoken & (Taken | { readonly fault: Fault });

/** `soapAction`: the HTTP header. */
export function checkCall(bytes: Uint8Array, contentType: string, gate: Gate, soapAction?: string): Call {
  const announced: SoapVersion = /^\s*application\/soap\+xml/i.test(contentType) ? '1.2' : '1.1';
  if (!/^\s*((text|application)\/xml|application\/soap\+xml|multipart\/related)?\s*(;|$)/i.test(contentType)) {
    const reason = `The content type ${contentType.split(';')[0]} is not taken; send text/xml, application/soap+xml or multipart/related.`;
    return { version: announced, fault: { code: 'Client', status: 415, reason } };
  }
  try {
    const opened = openMessage(bytes, contentType, gate.attachments);
    const { text, contentType: type, attachments } = opened;
    const message = { ...readEnvelope(text), text, attachments };
    const secured = openSecured(message, gate.security);
    if ('fault' in secured) {
      return { version: message.version, addressing: readAddressing(message.header), fault: secured.fault };
    }
    const { header } = secured.message;
    const action = actionOf(header, type, soapAction);
    const addressing = readAddressing(header);
    const { signer } = secured;
    return {
      version: message.version,
      addressing,
      packaged: opened.packaging,
      ...checkEnvelope(secured.message, gate, { attachments, action, addressing, signer }),
    };
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
  readonly attachments: readonly Part[];
  readonly caller?: string;
  readonly signer?: Signer | undefined;
  /** What must not have come before. */
  readonly once: readonly Once[];
}

const UNKNOWN_USER: Fault = {
  code: 'Client',
  reason: 'The security token could not be authenticated or authorized (FailedAuthentication).',
  subcode: { uri: SECURITY, local: 'FailedAuthentication' },
};

type Checked = Taken | { readonly fault: Fault };

interface Meaning {
  readonly signer: Signer | undefined;
  readonly attachments: readonly Part[];
  readonly action: string | undefined;
  readonly addressing: Addressing | undefined;
}

function checkEnvelope({ header, body }: Envelope, gate: Gate, meaning: Meaning): Checked {
  const { attachments, action, addressing, signer } = meaning;
  const { understands, checkToken, security } = gate;
  const meant = gate.dispatch(body, action);
  const declared = 'problem' in meant ? [] : (meant.operation.headers?.input ?? []).map(nameOf);
  const isKnown = (block: HeaderBlock) =>
    understands.has(block.uri) ||
    addressingVersionOf(block) !== undefined ||
    ((checkToken ?? security) !== undefined && block.uri === SECURITY) ||
    declared.includes(nameOf(block));
  const strange = header.filter((block) => block.mustUnderstand && isForUs(block) && !isKnown(block));
  if (strange.length > 0) {
    const reason = `The header block ${nameOf(strange[0]!)} is not understood.`;
    return { fault: { code: 'MustUnderstand', reason, notUnderstood: strange } };
  }
  const user = checkToken?.(header);
  if (checkToken && !user) return { fault: UNKNOWN_USER };
  if ('problem' in meant) return refuse(meant.problem);
  const fault = addressingFault(addressing, meant.operation, gate.addressing ?? INCOMING_DEFAULTS.required);
  if (fault) return { fault };
  const xml = xmlOf(meant.operation, meant.element, body, gate.types);
  const caller = user?.name ?? signer?.name;
  const once = [user?.once, signer?.once].filter((each) => each !== undefined);
  const taken = { operation: meant.operation, xml, header, attachments, signer, once };
  return { ...taken, ...(caller === undefined ? {} : { caller }) };
}

type Opened = { readonly message: SecuredMessage; readonly signer?: Signer | undefined } | { readonly fault: Fault };

/** Before anything else looks into it. */
function openSecured(message: SecuredMessage, security: Security | undefined): Opened {
  if (!security) return { message };
  try {
    const decrypted = security.decrypt(message);
    return { message: decrypted.message, signer: security.check(decrypted) };
  } catch (thrown) {
    if (!(thrown instanceof SecurityProblem)) throw thrown;
    const subcode = { uri: thrown.problem === 'MessageExpired' ? UTILITY : SECURITY, local: thrown.problem };
    const secretly = thrown.cause === undefined ? {} : { secretly: reasonOf(thrown.cause) };
    return { fault: { code: 'Client', reason: `The message is refused: ${thrown.message}.`, subcode, ...secretly } };
  }
}

/** Throws XmlProblem when its references lead nowhere. */
function xmlOf(
  { input, rpc, encoded }: SoapOperation,
  element: BodyElement,
  body: readonly BodyElement[],
  types: Types,
): string {
  if (!encoded?.input) return rpc ? renamedRoot(element.xml, input) : element.xml;
  const others = body.filter((each) => each !== element);
  return decodeRpc(
    [element, ...others].map(({ xml }) => xml),
    encoded.input,
    types,
  );
}

const refuse = (reason: string, code: Fault['code'] = 'Client'): { fault: Fault } => ({ fault: { code, reason } });

const isForUs = ({ actor }: HeaderBlock) => !actor || /\/(next|ultimateReceiver)$/.test(actor);
