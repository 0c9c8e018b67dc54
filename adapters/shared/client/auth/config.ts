/** Who we are to a far end over HTTP: the options and their JSON Schema. */
import type { JsonSchema } from '../../../../runtime/contracts/adapter.ts';
import { durationPattern } from '../../../../runtime/contracts/duration.ts';
import { closed, headerName, mapOf, type Secret, secret, type TextOrSecret, text, textOrSecret } from '../schema.ts';

export interface TokenPlace {
  readonly header?: string;
}

export interface TokenRequest extends TokenPlace {
  readonly tokenUrl: string;
  readonly scope?: string;
  readonly parameters?: Readonly<Record<string, TextOrSecret>>;
  readonly clientIn?: 'header' | 'body';
}

export interface Signing {
  readonly key: Secret;
  readonly algorithm?: Algorithm;
  readonly keyId?: string;
  readonly claims?: Readonly<Record<string, string>>;
  readonly lifetime?: string;
}

export const ALGORITHMS = ['HS256', 'HS512', 'RS256', 'RS512', 'PS256', 'ES256', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface ApiKeyAuth {
  readonly type: 'apiKey';
  readonly name: string;
  readonly in?: 'header' | 'query';
  readonly key: Secret;
}

export interface ClientCredentialsAuth extends TokenRequest {
  readonly type: 'clientCredentials';
  readonly client: string;
  readonly clientSecret?: Secret;
  readonly assertion?: Signing;
}

export interface PasswordAuth extends TokenRequest {
  readonly type: 'password';
  readonly user: string;
  readonly password: Secret;
  readonly client?: string;
  readonly clientSecret?: Secret;
}

export interface JwtGrantAuth extends TokenRequest, Signing {
  readonly type: 'jwtGrant';
  readonly issuer: string;
  readonly subject?: string;
  readonly audience?: string;
}

export interface JwtAuth extends Signing, TokenPlace {
  readonly type: 'jwt';
  readonly issuer: string;
  readonly audience?: string;
}

export interface NotifyAuth {
  readonly type: 'notify';
  readonly key: Secret;
}

export interface SessionAuth {
  readonly type: 'session';
  readonly url: string;
  readonly method?: 'POST' | 'PUT' | 'GET';
  readonly fields: Readonly<Record<string, TextOrSecret>>;
  readonly as?: 'form' | 'json' | 'query';
  readonly headers?: Readonly<Record<string, TextOrSecret>>;
  readonly token?: string;
  readonly header?: string;
  readonly prefix?: string;
  readonly lifetime?: string;
}

export interface DigestAuth {
  readonly type: 'digest';
  readonly user: string;
  readonly password: Secret;
}

/** What never changes between two requests. */
export type FixedAuth =
  | { readonly type: 'basic'; readonly user: string; readonly password: Secret }
  | { readonly type: 'bearer'; readonly token: Secret }
  | ApiKeyAuth;

/** What is fetched or made, and in time anew. */
export type RenewedAuth = ClientCredentialsAuth | PasswordAuth | JwtGrantAuth | JwtAuth | NotifyAuth | SessionAuth;

export type Auth = FixedAuth | RenewedAuth | DigestAuth;

export const authDefaults = {
  in: 'header',
  clientIn: 'header',
  header: 'Authorization',
  method: 'POST',
  as: 'form',
  lifetime: '5m',
  sessionLifetime: '20m',
} as const;

const header = (description: string): JsonSchema => ({
  type: 'string',
  pattern: headerName,
  default: authDefaults.header,
  description,
});
const url = (description: string): JsonSchema => ({ type: 'string', pattern: '^https?://[^\\s@{}]+$', description });
const duration = (description: string): JsonSchema => ({ type: 'string', pattern: durationPattern, description });

const kind = (
  type: Auth['type'],
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema => closed(description, { type: { const: type, description }, ...properties }, ['type', ...required]);

const tokenRequest: Readonly<Record<string, JsonSchema>> = {
  tokenUrl: url('The address of its token endpoint'),
  scope: text('The scopes to ask for, with blanks between them'),
  parameters: mapOf('Further parameters of the token request, such as audience or resource', textOrSecret('A value')),
  clientIn: {
    enum: ['header', 'body'],
    default: authDefaults.clientIn,
    description: 'Whether client and secret stand in the Authorization header or in the body of the token request',
  },
  header: header('The header that takes the token; in Authorization it stands after the word Bearer, elsewhere alone'),
};

const client = { client: text('Our client identifier'), clientSecret: secret('The secret of our client') };

const signing: Readonly<Record<string, JsonSchema>> = {
  key: secret('The key that signs: a private key in PEM form, or a text for the algorithms HS256 and HS512'),
  algorithm: { enum: [...ALGORITHMS], default: 'RS256', description: 'How it is signed' },
  keyId: text('The name of the key at the far end (`kid`)'),
  claims: mapOf('Further claims', { type: 'string' }),
  lifetime: {
    ...duration('How long a signed token is good'),
    default: authDefaults.lifetime,
  },
};

/** Every kind of authentication that a client over HTTP can have. */
export const authSchemas: readonly JsonSchema[] = [
  kind(
    'basic',
    'A user with a password',
    { user: { type: 'string', description: 'The user' }, password: secret('The password') },
    ['user', 'password'],
  ),
  kind(
    'digest',
    'A user with a password that is never sent (HTTP Digest)',
    { user: { type: 'string', description: 'The user' }, password: secret('The password') },
    ['user', 'password'],
  ),
  kind('bearer', 'A token that never changes', { token: secret('The token') }, ['token']),
  kind(
    'apiKey',
    'A key in a header or in the query',
    {
      name: { type: 'string', pattern: headerName, description: 'What the header or the field of the query is called' },
      in: { enum: ['header', 'query'], default: authDefaults.in, description: 'Where it stands' },
      key: secret('The key'),
    },
    ['name', 'key'],
  ),
  kind(
    'clientCredentials',
    'OAuth 2 for a client that speaks for itself',
    {
      ...tokenRequest,
      ...client,
      assertion: closed('In place of a secret: a token that our key has signed (private_key_jwt)', signing, ['key']),
    },
    ['tokenUrl', 'client'],
  ),
  kind(
    'password',
    'OAuth 2 with a user and a password',
    { ...tokenRequest, user: text('The user'), password: secret('The password'), ...client },
    ['tokenUrl', 'user', 'password'],
  ),
  kind(
    'jwtGrant',
    'OAuth 2 with a token of ours that is exchanged for one of theirs (RFC 7523), as Salesforce has it',
    {
      ...tokenRequest,
      ...signing,
      issuer: text('Who we are (`iss`)'),
      subject: text('For whom we act (`sub`); the issuer unless given'),
      audience: text('Whom it is for (`aud`); the token endpoint unless given'),
    },
    ['tokenUrl', 'key', 'issuer'],
  ),
  kind(
    'jwt',
    'A bearer token that we sign ourselves',
    {
      ...signing,
      lifetime: duration(
        'How long a token is good (`exp`); without it there is none, and a new one is made every 10 s',
      ),
      issuer: text('Who we are (`iss`)'),
      audience: text('Whom it is for (`aud`)'),
      header: header('The header that takes it'),
    },
    ['key', 'issuer'],
  ),
  kind('notify', 'The token of GOV.UK Notify', { key: secret('The whole API key, as Notify showed it') }, ['key']),
  kind(
    'session',
    'A logon that gives a cookie or a token for what follows',
    {
      url: url('The address of the logon'),
      method: { enum: ['POST', 'PUT', 'GET'], default: authDefaults.method, description: 'Its HTTP method' },
      fields: mapOf('What is sent there; a value may be { secret: NAME }', textOrSecret('A value')),
      as: { enum: ['form', 'json', 'query'], default: authDefaults.as, description: 'How the fields are written' },
      headers: mapOf('Headers of the logon; a value may be { secret: NAME }', textOrSecret('A value')),
      token: text(
        'The field of its JSON answer that holds the token, as session.token; a dot alone where the whole answer is it. Without it the cookies are what counts',
      ),
      header: header('The header that takes the token; in Authorization it stands after the word Bearer'),
      prefix: { type: 'string', default: '', description: 'What stands before the token in that header' },
      lifetime: {
        ...duration('After so long we log on again, even if nobody asks'),
        default: authDefaults.sessionLifetime,
      },
    },
    ['url', 'fields'],
  ),
];

/** What a transport adds of its own comes after the kinds that HTTP knows. */
export const authSchemaOf = (schemas: readonly JsonSchema[]): JsonSchema => ({
  type: 'object',
  required: ['type'],
  properties: {
    type: {
      enum: schemas.map(({ properties }) => (properties as { type: { const: string } }).type.const),
      description: 'How',
    },
  },
  description:
    'Who we are. Tokens and sessions are shared by all messages of the port, renewed before they end, and once more when the far end says 401',
  oneOf: schemas,
});

export const authSchema = authSchemaOf(authSchemas);

const FIXED = new Set<Auth['type']>(['basic', 'bearer', 'apiKey']);

export const isFixed = (auth: Auth): auth is FixedAuth => FIXED.has(auth.type);
