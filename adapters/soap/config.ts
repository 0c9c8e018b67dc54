/** The options of the soap adapter, as editors complete them and `guildhall check` checks them. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { durationPattern } from '../../runtime/contracts/duration.ts';
import { accessSchema } from '../shared/access/config.ts';
import { authSchemaOf, authSchemas } from '../shared/client/auth/config.ts';
import { proxySchema } from '../shared/client/dispatcher.ts';
import { closed } from '../shared/client/schema.ts';
import { tlsSchema } from '../shared/tls.ts';
import { addressingSchema } from './addressing/config.ts';
import { incomingAddressingSchema } from './addressing/incoming.ts';
import { answersSchema } from './attachments/answers.ts';
import { attachmentsSchema, inclusionSchema } from './attachments/config.ts';
import { SEND_DEFAULTS } from './far-end.ts';
import { RECEIVE_DEFAULTS } from './receive.ts';
import { signatureSchema, signSchema } from './security/config.ts';
import { encryptionSchema, encryptSchema } from './security/encryption-config.ts';
import { sessionSchema } from './session/config.ts';
import { TOKEN_DEFAULTS } from './username-token.ts';

const name = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });

const service: Readonly<Record<string, JsonSchema>> = {
  wsdl: {
    type: 'string',
    minLength: 1,
    format: 'solution-path',
    description: 'The WSDL, relative to the solution; what it imports lies beside it and is never fetched',
  },
  service: name('The service of the WSDL; the first, unless given'),
  port: name('The port of the service; its first SOAP port, unless given'),
};

const size = (standard: number, description: string): JsonSchema => ({
  type: 'integer',
  minimum: 1,
  default: standard,
  description: `${description}, in bytes`,
});

const secret = (description: string): JsonSchema => ({
  type: 'object',
  description,
  properties: { secret: name('The name of the secret') },
  required: ['secret'],
  additionalProperties: false,
});

export const receiveSchema: JsonSchema = {
  type: 'object',
  properties: {
    ...service,
    path: {
      type: 'string',
      pattern: '^(/[A-Za-z0-9._~-]+)+$',
      description: 'The path below the HTTP address of the bus; the WSDL is served at this path with ?wsdl',
    },
    maxBytes: size(RECEIVE_DEFAULTS.maxBytes, 'The longest request that is taken'),
    understands: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description:
        'Namespaces of header blocks that callers may mark mustUnderstand, such as urn:example:tickets; those of WS-Addressing need not be named',
    },
    access: accessSchema,
    addressing: incomingAddressingSchema,
    attachments: inclusionSchema('calls include'),
    answers: answersSchema,
    signature: signatureSchema(
      'each caller, whose name in the certificate is kept as the property http.caller',
      'calls',
    ),
    encryption: encryptionSchema('calls'),
    sign: signSchema('every answer'),
    encrypt: encryptSchema(
      'every answer',
      'The certificate of the callers; that by which a call was signed, unless given',
      [],
    ),
    usernameToken: {
      type: 'object',
      description: 'A WS-Security UsernameToken that every call must have',
      properties: {
        users: {
          type: 'array',
          minItems: 1,
          description: 'Users and their passwords',
          items: {
            type: 'object',
            description: 'A user',
            properties: { user: name('The user'), password: secret('The password') },
            required: ['user', 'password'],
            additionalProperties: false,
          },
        },
        digest: {
          type: 'boolean',
          default: TOKEN_DEFAULTS.digest,
          description: 'Takes digests only, no password in the clear',
        },
        maxAge: {
          type: 'string',
          pattern: durationPattern,
          default: TOKEN_DEFAULTS.maxAge,
          description: 'How old a digest may be; it counts once, on whatever host it comes',
        },
      },
      required: ['users'],
      additionalProperties: false,
    },
  },
  required: ['wsdl', 'path'],
};

const usernameTokenAuth = closed(
  'A WS-Security UsernameToken in the envelope',
  {
    type: { const: 'usernameToken', description: 'A WS-Security UsernameToken in the envelope' },
    user: name('The user'),
    password: secret('The password'),
    digest: { type: 'boolean', default: false, description: 'Sends a digest in place of the password' },
    nonce: { type: 'boolean', default: false, description: 'Sends a nonce with a password in the clear, too' },
    timestamp: { type: 'boolean', default: false, description: 'Sends a timestamp, good for ten minutes' },
  },
  ['type', 'user', 'password'],
);

/** Children of children, as deep as headers go. */
const headerContent = (depth: number): JsonSchema => ({
  anyOf: [
    { type: 'string' },
    secret('A secret, such as a password'),
    ...(depth > 0 ? [{ type: 'object', minProperties: 1, additionalProperties: headerContent(depth - 1) }] : []),
  ],
});

const soapHeaders: JsonSchema = {
  type: 'object',
  additionalProperties: headerContent(3),
  description:
    'Header blocks by their names in the WSDL, or as {namespace}name: text with {properties} of the message, a secret, or children by name',
};

export const sendSchema: JsonSchema = {
  type: 'object',
  properties: {
    ...service,
    operation: name(
      'The only operation that is called; the one that takes the root element of the message, unless given',
    ),
    url: { type: 'string', pattern: '^https?://', description: 'The address, where it is not the one in the WSDL' },
    soapAction: { type: 'string', description: 'The SOAP action, where it is not the one in the WSDL' },
    soap12: {
      type: 'boolean',
      description: 'Whether to speak SOAP 1.2; as the binding in the WSDL says, unless given',
    },
    headers: {
      type: 'object',
      propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" },
      additionalProperties: {
        anyOf: [{ type: 'string', pattern: '^[\\x20-\\x7e]*$' }, secret('A secret, such as a key')],
      },
      description: 'HTTP headers of every request; a value may be { secret: NAME }',
    },
    soapHeaders,
    auth: authSchemaOf([...authSchemas, usernameTokenAuth]),
    addressing: addressingSchema,
    attachments: attachmentsSchema,
    sign: signSchema('every call'),
    signature: signatureSchema('the far end in answers that are no faults', 'answers'),
    encrypt: encryptSchema('every call', 'The certificate of the far end', ['certificate']),
    encryption: encryptionSchema('answers; faults may be plain'),
    session: sessionSchema,
    tls: tlsSchema,
    proxy: proxySchema,
    connections: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: SEND_DEFAULTS.connections,
      description: 'Connections that are kept open at most',
    },
    maxAnswerBytes: size(SEND_DEFAULTS.maxAnswerBytes, 'The longest answer that is taken'),
  },
  required: ['wsdl'],
};
