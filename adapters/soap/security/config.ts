/** The options of XML signatures by certificates: those that we make, and those that we demand. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { durationPattern } from '../../../runtime/contracts/duration.ts';
import { closed, type Secret, secret } from '../../shared/client/schema.ts';
import { pemSchema } from '../../shared/tls.ts';

export type SignedPart = 'body' | 'timestamp' | 'addressing';

export interface SignConfig {
  readonly certificate: string | Secret;
  readonly key: Secret;
  readonly passphrase?: Secret;
  readonly parts?: readonly SignedPart[];
  readonly sha1?: boolean;
}

export interface SignatureConfig {
  readonly trusted: readonly (string | Secret)[];
  readonly parts?: readonly SignedPart[];
  readonly maxAge?: string;
  readonly sha1?: boolean;
  /** Of calls only. */
  readonly once?: boolean;
}

export const SIGNATURE_DEFAULTS = { parts: ['body', 'timestamp'], maxAge: '5m', sha1: false, once: true } as const;

const parts = (description: string): JsonSchema => ({
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { enum: ['body', 'timestamp', 'addressing'] },
  default: [...SIGNATURE_DEFAULTS.parts],
  description,
});

const sha1 = (description: string): JsonSchema => ({
  type: 'boolean',
  default: SIGNATURE_DEFAULTS.sha1,
  description,
});

export const signSchema = (what: string): JsonSchema =>
  closed(
    `Signs ${what} by our certificate (WS-Security, X.509)`,
    {
      certificate: pemSchema('Our certificate: a PEM file, relative to the solution, or { secret: NAME }'),
      key: secret('Its private key in PEM form, as { secret: NAME }'),
      passphrase: secret('What the private key is sealed with, as { secret: NAME }'),
      parts: parts('What is signed; addressing stands for Action, MessageID and To of WS-Addressing'),
      sha1: sha1('Signs by SHA-1, for far ends that know nothing better'),
    },
    ['certificate', 'key'],
  );

const once: JsonSchema = {
  type: 'boolean',
  default: SIGNATURE_DEFAULTS.once,
  description: 'Refuses a signature with a timestamp that came before; false for callers who send the very same again',
};

export const signatureSchema = (whose: string, of: 'calls' | 'answers'): JsonSchema =>
  closed(
    `Demands a signature of ${whose} (WS-Security, X.509)`,
    {
      trusted: {
        type: 'array',
        minItems: 1,
        items: pemSchema('A certificate'),
        description:
          'The certificates that are trusted, or the authorities that issue them: PEM files, relative to the solution, or { secret: NAME }',
      },
      parts: parts('What must be signed; addressing stands for what is there of Action, MessageID and To'),
      maxAge: {
        type: 'string',
        pattern: durationPattern,
        default: SIGNATURE_DEFAULTS.maxAge,
        description: 'How old a signed timestamp may be, and how far ahead',
      },
      sha1: sha1('Takes signatures by SHA-1, which can be forged, too'),
      ...(of === 'calls' ? { once } : {}),
    },
    ['trusted'],
  );
