/** The options of a logon by SOAP: what is called first, what it gives, where that goes, and how its end is known. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { durationPattern } from '../../../runtime/contracts/duration.ts';
import { closed, headerName, mapOf, type TextOrSecret, text, textOrSecret } from '../../shared/client/schema.ts';

export interface LogonConfig {
  /** The body element; `{name}` stands for a value. */
  readonly message: string;
  /** Header blocks, likewise. */
  readonly header?: string;
  readonly values?: Readonly<Record<string, TextOrSecret>>;
  readonly wsdl?: string;
  readonly service?: string;
  readonly port?: string;
  readonly url?: string;
}

export interface TokenPlaces {
  /** Path of an element below the body element. */
  readonly body?: string;
  /** Header blocks; `{token}` stands for the token. */
  readonly header?: string;
  readonly httpHeader?: string;
  readonly prefix?: string;
}

export interface ExpiryRules {
  /** Names of faults, or words of their reasons. */
  readonly faults?: readonly string[];
  readonly result?: { readonly path: string; readonly values: readonly string[] };
}

export interface SessionConfig {
  readonly logon: LogonConfig;
  /** Path of the token in the answer; the cookies are what counts, unless given. */
  readonly token?: string;
  readonly into?: TokenPlaces;
  readonly expired?: ExpiryRules;
  readonly lifetime?: string;
  /** `{token}` stands for the token. */
  readonly logoff?: string;
}

export const SESSION_DEFAULTS = { lifetime: '20m', prefix: '' } as const;

const path = (description: string): JsonSchema => ({
  type: 'string',
  pattern: '^[^\\s/]+(/[^\\s/]+)*$',
  description: `${description}, as Result/Token: names below the body element, without prefixes; @name is an attribute`,
});

const logonSchema = closed(
  'The call that opens a session',
  {
    message: text('The body element, as XML; {name} stands for one of the values'),
    header: text('Header blocks of the call, as XML; {name} stands for one of the values'),
    values: mapOf('Values by their names; a value may be { secret: NAME }', textOrSecret('A value')),
    wsdl: {
      ...text('The WSDL of the logon, where it is another than that of the port'),
      format: 'solution-path',
    },
    service: text('The service of that WSDL; the first, unless given'),
    port: text('The port of that service; its first SOAP port, unless given'),
    url: { type: 'string', pattern: '^https?://', description: 'The address of the logon, where it is another' },
  },
  ['message'],
);

const intoSchema: JsonSchema = {
  ...closed(
    'Where the token goes in every call',
    {
      body: path('The element of the body that takes it; one that is not there is put in as the first'),
      header: text('Header blocks, as XML, with {token} where the token goes'),
      httpHeader: { type: 'string', pattern: headerName, description: 'The HTTP header that takes it' },
      prefix: {
        type: 'string',
        default: SESSION_DEFAULTS.prefix,
        description: 'What stands before the token in that HTTP header',
      },
    },
    [],
  ),
  minProperties: 1,
  dependentRequired: { prefix: ['httpHeader'] },
};

const expiredSchema: JsonSchema = closed(
  'What tells that the session is over, beside the status 401 and redirects: then we log on again and call once more',
  {
    faults: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: 'Names of faults, or words of what a fault says; upper and lower case are the same',
    },
    result: closed(
      'A value in an answer that is no fault',
      {
        path: path('Where it stands'),
        values: {
          type: 'array',
          minItems: 1,
          items: { type: 'string' },
          description: 'The values that tell it',
        },
      },
      ['path', 'values'],
    ),
  },
  [],
);

export const sessionSchema: JsonSchema = {
  ...closed(
    'A logon by SOAP before the first call; its session is shared by all messages of the port',
    {
      logon: logonSchema,
      token: path('Where the answer of the logon has the token; cookies are what counts, unless given'),
      into: intoSchema,
      expired: expiredSchema,
      lifetime: {
        type: 'string',
        pattern: durationPattern,
        default: SESSION_DEFAULTS.lifetime,
        description: 'After so long we log on again, even if nobody tells that the session is over',
      },
      logoff: text('The body element of a call that ends the session when the port closes, as XML, with {token} in it'),
    },
    ['logon'],
  ),
  dependentRequired: { token: ['into'], into: ['token'] },
};
