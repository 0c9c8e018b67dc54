/** WS-Addressing of calls: what each carries, and whether what comes back answers it. */
import type { Property } from '../../../runtime/contracts/message.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { HeaderBlock, SoapVersion } from '../envelope.ts';
import type { Actions } from './actions.ts';
import { ADDRESSING_DEFAULTS, type AddressingConfig } from './config.ts';
import { ANONYMOUS } from './names.ts';
import { type Addressing, type EndpointReference, readAddressing } from './read.ts';
import { writeAddressing } from './write.ts';

export interface Addressed {
  readonly messageId: string;
  readonly relatesTo?: string | undefined;
}

/** Header blocks for a call. */
export type Address = (actions: Actions, addressed: Addressed) => string;

export function compileAddressing(config: AddressingConfig, endpoint: string, soap: SoapVersion): Address {
  const { version = ADDRESSING_DEFAULTS.version, action, to = endpoint, from, replyTo } = config;
  const { mustUnderstand = ADDRESSING_DEFAULTS.mustUnderstand } = config;
  return (actions, { messageId, relatesTo }) => {
    const back = actions.output === undefined ? undefined : ANONYMOUS[version];
    const fields = { action: action ?? actions.input, messageId, relatesTo, to, from, replyTo: replyTo ?? back };
    return writeAddressing(fields, { version, soap, mustUnderstand });
  };
}

/** Throws BusError ENDPOINT_ANSWER_INVALID for an answer to something else. */
export function checkRelation(header: readonly HeaderBlock[], messageId: string, endpoint: string): void {
  const relatesTo = readAddressing(header)?.relatesTo;
  if (relatesTo === undefined || relatesTo === messageId) return;
  const reason = `it answers ${relatesTo}, and not ${messageId}, which was sent`;
  throw busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason });
}

/** What a message brought, as properties that subscriptions may ask for. */
export function addressingProperties(addressing: Addressing | undefined): [string, Property][] {
  if (!addressing) return [];
  const { action, messageId, relatesTo, to, from, replyTo } = addressing;
  const told = { action, messageId, relatesTo, to, from: plain(from), replyTo: plain(replyTo) };
  return Object.entries(told).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[`wsa.${name}`, { value, promoted: true }] as [string, Property]],
  );
}

const plain = (reference: EndpointReference | undefined) =>
  reference && !Object.values(ANONYMOUS).includes(reference.address) ? reference.address : undefined;
