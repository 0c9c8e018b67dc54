/** How the binary content of answers goes to callers. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { closed } from '../../shared/client/schema.ts';
import type { WsdlFile } from '../wsdl-files.ts';
import type { AttachedPart } from './attach.ts';
import { binaryElements } from './binary-elements.ts';
import type { AttachmentsConfig } from './config.ts';
import type { Packaging } from './open-message.ts';
import { writeMultipart } from './write-multipart.ts';

export interface AnswersConfig {
  readonly attachments?: 'auto' | 'mtom' | 'swa' | 'inline';
  readonly binary?: readonly string[];
  readonly least?: number;
}

export const ANSWERS_DEFAULTS = { attachments: 'auto', least: 1024 } as const;

export const answersSchema: JsonSchema = closed(
  'Binary content of answers',
  {
    attachments: {
      enum: ['auto', 'mtom', 'swa', 'inline'],
      default: ANSWERS_DEFAULTS.attachments,
      description:
        'How it goes: by MTOM to those who called so or say that they take it and as base64 to all others; by MTOM always; attached to the envelope (SwA), for parts; as base64 always',
    },
    binary: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description:
        'Names of elements whose base64 goes by MTOM, beside those that the WSDL declares as xs:base64Binary',
    },
    least: {
      type: 'integer',
      minimum: 0,
      default: ANSWERS_DEFAULTS.least,
      description: 'How much base64 an element must hold to go by MTOM, in characters; parts always do',
    },
  },
  [],
);

/** How to package an answer. */
export interface AnswerPackaging extends AttachmentsConfig {
  readonly send: 'inline' | 'mtom' | 'swa';
  /** By MTOM, even where nothing is attached. */
  readonly always: boolean;
}

/** By what the caller did, and by its header Accept. */
export type PackagingFor = (called: Packaging | undefined, accept: string | undefined) => AnswerPackaging;

/** `secured`: signatures and encryption reach the envelope alone. */
export function compilePackaging(config: AnswersConfig, files: readonly WsdlFile[], secured: boolean): PackagingFor {
  const { attachments = ANSWERS_DEFAULTS.attachments, least = ANSWERS_DEFAULTS.least } = config;
  const binary = [...binaryElements(files), ...(config.binary ?? [])];
  const as = (send: AnswerPackaging['send']): AnswerPackaging =>
    send === 'mtom' ? { send, binary, least, always: attachments === 'mtom' } : { send, always: false };
  return (called, accept = '') => {
    if (secured) return as('inline');
    if (attachments !== 'auto') return as(attachments);
    return as(called === 'mtom' || /\b(multipart\/related|application\/xop\+xml)\b/i.test(accept) ? 'mtom' : 'inline');
  };
}

/** Undefined for an envelope alone. */
export const kindOf = ({ send, always }: AnswerPackaging, parts: number): Packaging | undefined =>
  send !== 'inline' && (parts > 0 || always) ? send : undefined;

/** Ends the response with an envelope and what is attached to it; a part that cannot be read breaks the connection. */
export function endMultipart(
  response: ServerResponse,
  envelope: string,
  parts: readonly AttachedPart[],
  { kind, boundary }: { readonly kind: Packaging; readonly boundary: string },
): void {
  const headers = { 'content-type': String(response.getHeader('content-type')) };
  const written = writeMultipart({ envelope, headers }, parts, kind, boundary);
  for (const [name, value] of Object.entries(written.headers)) response.setHeader(name, value);
  const content = Readable.from(written.open!());
  content.once('error', () => response.destroy());
  response.once('close', () => content.destroy());
  content.pipe(response);
}
