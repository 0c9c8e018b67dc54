/**
 * WS-Addressing of calls that come in: what is wrong with it, and what their answers carry. An answer goes back by the connection of its
 * call and nowhere else. Source: WS-Addressing 1.0 Core, section 3.4, and SOAP Binding, section 6.
 */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { closed } from '../../shared/client/schema.ts';
import type { SoapVersion } from '../envelope.ts';
import type { SoapOperation } from '../service.ts';
import type { Fault } from '../write-fault.ts';
import { ADDRESSING, type AddressingVersion, ANONYMOUS, NONE } from './names.ts';
import { type Addressing, asHeaderBlock, type EndpointReference } from './read.ts';
import { writeAddressing } from './write.ts';

export interface IncomingAddressing {
  readonly required?: boolean;
  readonly messageIdAsKey?: boolean;
}

export const INCOMING_DEFAULTS = { required: false, messageIdAsKey: false } as const;

export const incomingAddressingSchema: JsonSchema = closed(
  'WS-Addressing of callers: it is understood and answered wherever they use it, in either version',
  {
    required: {
      type: 'boolean',
      default: INCOMING_DEFAULTS.required,
      description: 'Refuses calls without Action or, where an answer is due, without MessageID, and unknown actions',
    },
    messageIdAsKey: {
      type: 'boolean',
      default: INCOMING_DEFAULTS.messageIdAsKey,
      description: 'Takes the MessageID as the identity of a receipt: the same one again is a duplicate',
    },
  },
  [],
);

type Wrong = 'invalid' | 'required' | 'action' | 'reply' | 'cardinality';

/** What each version calls them; SOAP 1.1 has room for the last and finest only. */
const SUBCODES: Readonly<Record<AddressingVersion, Readonly<Record<Wrong, string>>>> = {
  '1.0': {
    invalid: 'InvalidAddressingHeader',
    required: 'MessageAddressingHeaderRequired',
    action: 'ActionNotSupported',
    reply: 'OnlyAnonymousAddressSupported',
    cardinality: 'InvalidCardinality',
  },
  '2004/08': {
    invalid: 'InvalidMessageInformationHeader',
    required: 'MessageInformationHeaderRequired',
    action: 'ActionNotSupported',
    reply: 'InvalidMessageInformationHeader',
    cardinality: 'InvalidMessageInformationHeader',
  },
};

/** The fault for a call whose addressing cannot be followed; undefined when it can. */
export function addressingFault(
  addressing: Addressing | undefined,
  { actions, action: soapAction, output }: SoapOperation,
  required: boolean,
): Fault | undefined {
  const version = addressing?.version ?? '1.0';
  const fault = (wrong: Wrong, reason: string): Fault => ({
    code: 'Client',
    reason,
    subcode: { uri: ADDRESSING[version], local: SUBCODES[version][wrong] },
  });
  const missing = (name: string) => fault('required', `The header wsa:${name} is needed and is not there.`);
  if (!addressing) return required ? missing('Action') : undefined;
  const { action, messageId, repeated, replyTo, faultTo } = addressing;
  if (repeated) return fault('cardinality', `The header wsa:${repeated} stands there more than once.`);
  if (required && !action) return missing('Action');
  if (required && output && !messageId) return missing('MessageID');
  if (required && action !== actions.input && action !== soapAction) {
    return fault('action', `The action ${action} cannot be processed; it is ${actions.input} here.`);
  }
  const away = output && [replyTo, faultTo].find((each) => each && !isHere(each, version));
  if (away) return fault('reply', `The answer cannot be sent to ${away.address}; it goes back by the same connection.`);
  return undefined;
}

const isHere = ({ address }: EndpointReference, version: AddressingVersion) =>
  address === ANONYMOUS[version] || address === NONE;

/** The caller has said that nobody wants the answer. */
export const isUnwanted = (addressing: Addressing | undefined): boolean => addressing?.replyTo?.address === NONE;

export const faultAction = ({ subcode }: Fault, version: AddressingVersion): string =>
  version === '2004/08' || subcode?.uri === ADDRESSING[version]
    ? `${ADDRESSING[version]}/fault`
    : `${ADDRESSING[version]}/soap/fault`;

export interface Reply {
  readonly action: string;
  readonly messageId: string;
  readonly soap: SoapVersion;
  /** For faults the parameters of FaultTo count, where there is one. */
  readonly isFault?: boolean;
}

/** The header blocks of an answer; none for a call without addressing. */
export function replyBlocks(addressing: Addressing | undefined, { action, messageId, soap, isFault }: Reply): string {
  if (!addressing) return '';
  const { version, messageId: relatesTo, replyTo, faultTo } = addressing;
  const target = isFault ? (faultTo ?? replyTo) : replyTo;
  const to = version === '2004/08' ? ANONYMOUS[version] : undefined;
  const own = writeAddressing({ action, messageId, relatesTo, to }, { version, soap });
  return own + (target?.parameters ?? []).map((parameter) => asHeaderBlock(parameter, version)).join('');
}
