/** The options of the rest adapter, as editors complete them and `guildhall check` checks them. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { accessSchema } from '../shared/access/config.ts';
import { authSchema } from '../shared/client/auth/config.ts';
import { proxySchema } from '../shared/client/dispatcher.ts';
import { closed, mapOf, secret, text } from '../shared/client/schema.ts';
import { tlsSchema } from '../shared/tls.ts';
import { callSchemas } from './calling/config.ts';
import { conditionsSchema } from './conditions.ts';
import { contractSchemas } from './contract/config.ts';
import { RECEIVE_DEFAULTS } from './defaults.ts';
import { mediaTypePattern } from './media-types.ts';
import { pollSchema } from './poll-config.ts';
import { SEND_DEFAULTS } from './send.ts';
import { BODY_DEFAULTS } from './write-body.ts';

const METHODS = ['POST', 'PUT', 'PATCH'];
const header = { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" };

export const receiveSchema: JsonSchema = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      pattern: '^(/[A-Za-z0-9._~-]+)+$',
      description:
        'The path below the HTTP address of the bus, such as /street-reports; every location has it, `openapi` or `poll`',
    },
    method: {
      enum: ['GET', ...METHODS, 'DELETE'],
      default: RECEIVE_DEFAULTS.method,
      description:
        'The only HTTP method that is taken. With GET and DELETE, which have no body, what comes in is a JSON document of the fields of the query: `a[b]=1` is a field within, `a[]=1` and `a` more than once are lists',
    },
    contentTypes: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: mediaTypePattern },
      default: [...RECEIVE_DEFAULTS.contentTypes],
      description:
        'The media types that are taken; `*` stands for any part, as in text/* or application/*+json. With application/x-www-form-urlencoded or multipart/form-data, what comes in is a JSON document of the fields; files are further parts of the message, of which it tells as { part, fileName, contentType, size }',
    },
    maxBytes: {
      type: 'integer',
      minimum: 1,
      default: RECEIVE_DEFAULTS.maxBytes,
      description: 'The longest body that is taken, in bytes',
    },
    successStatus: {
      type: 'integer',
      minimum: 200,
      maximum: 299,
      description: 'The status of an accepted message; 202, or 200 where the port is two-way, unless given',
    },
    keyHeader: {
      type: 'string',
      ...header,
      description: 'A header that identifies a receipt, such as Idempotency-Key: the same value again is a duplicate',
    },
    properties: {
      type: 'object',
      propertyNames: header,
      additionalProperties: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z][A-Za-z0-9_]*)*$' },
      description: 'Headers to carry along with the message: header name to property name',
    },
    query: {
      type: 'object',
      additionalProperties: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z][A-Za-z0-9_]*)*$' },
      description: 'Fields of the query to carry along with the message: field to property name',
    },
    access: accessSchema,
    ...contractSchemas,
    poll: pollSchema,
  },
};

export const sendSchema: JsonSchema = {
  type: 'object',
  properties: {
    url: {
      type: 'string',
      minLength: 1,
      description:
        'Where to; {property} in the path or query stands for a property of the message, as in /streets/{street.usrn}. Every port has either it or `openapi`',
    },
    method: {
      enum: ['GET', ...METHODS, 'DELETE'],
      default: SEND_DEFAULTS.method,
      description: 'The HTTP method',
    },
    query: {
      type: 'boolean',
      default: SEND_DEFAULTS.query,
      description: 'Puts the fields of the JSON body into the query string',
    },
    body: {
      enum: ['message', 'form', 'multipart', 'none'],
      description:
        'What is sent as the body: the message as it is (usual), its JSON fields as a form or as a form with files, or nothing (usual for GET and DELETE)',
    },
    lists: {
      enum: ['brackets', 'repeat'],
      default: BODY_DEFAULTS.lists,
      description:
        'How forms write lists: `photo[]=a&photo[]=b`, or `photo=a&photo=b`. Fields within fields are `address[town]=`',
    },
    file: {
      ...closed(
        'Sends the body as a file of a form, whatever it holds',
        {
          field: text('The field of the form that holds it'),
          fileName: text('What it is called, as {case.id}.pdf; the id of the message unless given'),
          fields: mapOf('Further fields; {property} stands for a property of the message', { type: 'string' }),
        },
        ['field'],
      ),
    },
    headers: {
      type: 'object',
      propertyNames: header,
      additionalProperties: {
        anyOf: [{ type: 'string', pattern: '^[\\x20-\\x7e]*$' }, secret('A secret, such as an API key')],
      },
      description:
        'Headers of every request; a value may be { secret: NAME }, and {property} in it stands for a property of the message, as in If-Match: "{case.etag}"',
    },
    conditions: conditionsSchema,
    answerProperties: {
      type: 'object',
      propertyNames: header,
      additionalProperties: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z][A-Za-z0-9_]*)*$' },
      description:
        'Headers of the answer to carry along with it, where the port is two-way: header name to property name. Its status, Location (absolute), ETag and Last-Modified always are, as http.status, http.location, http.etag and http.lastModified; an answer without a body is a JSON document of them: { status, location, etag, lastModified }',
    },
    auth: authSchema,
    tls: tlsSchema,
    proxy: proxySchema,
    connections: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: SEND_DEFAULTS.connections,
      description: 'Connections that are kept open at most',
    },
    maxAnswerBytes: {
      type: 'integer',
      minimum: 1,
      default: SEND_DEFAULTS.maxAnswerBytes,
      description: 'The longest answer that is taken, in bytes',
    },
    ...callSchemas,
  },
};
