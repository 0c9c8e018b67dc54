/** The options of attachments. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { closed } from '../../shared/client/schema.ts';
import type { Inclusion } from './open-message.ts';

export interface AttachmentsConfig {
  readonly send?: 'inline' | 'mtom' | 'swa';
  /** Local names of elements. */
  readonly binary?: readonly string[];
  /** How many characters of base64 such an element must hold. */
  readonly least?: number;
  readonly answers?: Inclusion;
}

export const ATTACHMENT_DEFAULTS = { inclusion: 'inline' } as const;

export const inclusionSchema = (where: string): JsonSchema => ({
  enum: ['inline', 'parts'],
  default: ATTACHMENT_DEFAULTS.inclusion,
  description: `What becomes of binary content that ${where} by MTOM: base64 in its place, or a part of the message with cid:name in its place. What is only attached (SwA) is always a part`,
});

export const attachmentsSchema: JsonSchema = closed(
  'Binary content of calls and answers',
  {
    send: {
      enum: ['inline', 'mtom', 'swa'],
      description:
        'How the further parts of a message go: as base64 where its document says cid:name, by MTOM likewise, or attached to the envelope (SwA); not at all, unless given',
    },
    binary: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: 'With mtom: names of elements whose base64 goes as binary content, too',
    },
    answers: inclusionSchema('answers include'),
  },
  [],
);
