/** Who may call a location over HTTP: the options, their JSON Schema. Everything that is given must hold. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';

export interface Secret {
  readonly secret: string;
}

export interface AccessConfig {
  readonly addresses?: readonly string[];
  readonly proxies?: number;
  readonly certificate?: { readonly names?: readonly string[] };
  readonly apiKey?: {
    readonly header?: string;
    readonly keys: readonly { readonly caller: string; readonly key: Secret }[];
  };
  readonly basic?: readonly { readonly user: string; readonly password: Secret }[];
  readonly jwt?: JwtConfig;
  readonly hmac?: HmacConfig;
}

export interface JwtConfig {
  readonly keys: string | Secret;
  readonly issuer?: string;
  readonly audience?: string;
  readonly algorithms?: readonly string[];
  readonly claims?: Readonly<Record<string, string>>;
}

export interface HmacConfig {
  readonly header: string;
  readonly keys: readonly Secret[];
  readonly hash?: 'sha256' | 'sha384' | 'sha512' | 'sha1';
  readonly encoding?: 'hex' | 'base64';
  readonly prefix?: string;
}

export const defaults = { header: 'X-API-Key', proxies: 0, hash: 'sha256', encoding: 'hex', prefix: '' } as const;
export const JWT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

const header = { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" };
const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });

const secret = (description: string): JsonSchema => ({
  type: 'object',
  description,
  properties: { secret: text('The name of the secret') },
  required: ['secret'],
  additionalProperties: false,
});

function closed(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return { type: 'object', description, properties, required, additionalProperties: false };
}

const listOf = (description: string, items: JsonSchema): JsonSchema => ({
  type: 'array',
  minItems: 1,
  description,
  items,
});

export const accessSchema: JsonSchema = closed(
  'Who may call; everything that is given must hold, and whoever called is kept as the property http.caller',
  {
    addresses: listOf('Addresses and networks, as 10.1.0.0/16 or 2001:db8::/32; all others are refused', {
      type: 'string',
      pattern: '^[0-9A-Fa-f.:]+(/\\d{1,3})?$',
    }),
    proxies: {
      type: 'integer',
      minimum: 0,
      default: defaults.proxies,
      description: 'How many proxies of our own stand before the bus: so many entries of X-Forwarded-For are believed',
    },
    certificate: closed(
      'A certificate of the caller, signed by an authority that http.tls.clients of config/bus.yaml trusts',
      {
        names: listOf(
          'Whose: common names or alternative names, as works.example.gov.uk or *.example.gov.uk; without it, whoever has one',
          { type: 'string', minLength: 1 },
        ),
      },
      [],
    ),
    apiKey: closed(
      'A key in a header',
      {
        header: { type: 'string', ...header, default: defaults.header, description: 'The header' },
        keys: listOf(
          'The keys; of one caller two while it changes',
          closed('A key', { caller: text('Whose it is'), key: secret('The key') }, ['caller', 'key']),
        ),
      },
      ['keys'],
    ),
    basic: listOf(
      'HTTP Basic: users and their passwords',
      closed('A user', { user: text('The user'), password: secret('The password') }, ['user', 'password']),
    ),
    jwt: closed(
      'A bearer token, signed by an identity provider',
      {
        keys: {
          description:
            'Its public keys: the address of its JSON Web Key Set, or { secret: NAME } with such a set, or with a text by which it signs (HS256)',
          anyOf: [{ type: 'string', pattern: '^https?://' }, secret('The keys')],
        },
        issuer: text('Who must have issued it'),
        audience: text('Whom it must be for'),
        algorithms: {
          type: 'array',
          minItems: 1,
          items: {
            enum: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'HS256'],
          },
          default: [...JWT_ALGORITHMS],
          description: 'How it may be signed',
        },
        claims: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'Claims that it must have: the value itself, or one of a list or of words between blanks',
        },
      },
      ['keys'],
    ),
    hmac: closed(
      'A signature over the body, by a key that both ends know',
      {
        header: { type: 'string', ...header, description: 'The header that holds it, as Pay-Signature' },
        keys: listOf('The keys; two while they change', secret('A key')),
        hash: {
          enum: ['sha256', 'sha384', 'sha512', 'sha1'],
          default: defaults.hash,
          description: 'The hash function',
        },
        encoding: { enum: ['hex', 'base64'], default: defaults.encoding, description: 'How the signature is written' },
        prefix: { type: 'string', default: defaults.prefix, description: 'What stands before it, as sha256=' },
      },
      ['header', 'keys'],
    ),
  },
  [],
);
