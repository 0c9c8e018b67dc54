/** The options of WS-Addressing for calls. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { closed, text } from '../../shared/client/schema.ts';
import type { AddressingVersion } from './names.ts';

export interface AddressingConfig {
  readonly version?: AddressingVersion;
  readonly action?: string;
  readonly to?: string;
  readonly from?: string;
  readonly replyTo?: string;
  /** A property of the message. */
  readonly relatesTo?: string;
  readonly mustUnderstand?: boolean;
}

export const ADDRESSING_DEFAULTS = { version: '1.0', mustUnderstand: false } as const;

export const addressingSchema: JsonSchema = closed(
  'WS-Addressing: Action, MessageID (the same for every attempt), To and ReplyTo in every call',
  {
    version: { enum: ['1.0', '2004/08'], default: ADDRESSING_DEFAULTS.version, description: 'Which one' },
    action: text(
      'The action; what the WSDL says, else the SOAP action, else that of the default pattern, unless given',
    ),
    to: text('Whom it is for; the address of the port, unless given'),
    from: text('The address that says who calls'),
    replyTo: text('Where the answer should go; back by the same connection, unless given'),
    relatesTo: text('The property of the message with the id of what it answers, such as wsa.messageId'),
    mustUnderstand: {
      type: 'boolean',
      default: ADDRESSING_DEFAULTS.mustUnderstand,
      description: 'Marks Action and To so that whoever does not know them must refuse the call',
    },
  },
  [],
);
