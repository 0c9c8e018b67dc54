/** The options of SFTP locations and SFTP send ports: their types, their JSON Schemas, their defaults. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { durationPattern, parseDuration } from '../../runtime/contracts/duration.ts';
import { type AfterwardsOptions, type BesideOptions, doneOption, receiveOptions } from '../shared/beside.ts';

interface Secret {
  readonly secret: string;
}

export interface ServerConfig {
  readonly host: string;
  readonly port?: number;
  readonly user: string;
  readonly password?: Secret;
  readonly privateKey?: Secret;
  readonly passphrase?: Secret;
  readonly hostKey: string | readonly string[];
  readonly folder: string;
  readonly deadline?: string;
}

export interface SftpReceiveConfig extends ServerConfig, BesideOptions, AfterwardsOptions {
  readonly pattern?: string;
  readonly poll?: string;
  readonly stableFor?: string;
  readonly sort?: 'name' | 'mtime';
  readonly maxBytes?: number;
  readonly contentType?: string;
}

export interface SftpSendConfig extends ServerConfig {
  readonly fileName?: string;
  readonly overwrite?: boolean;
  readonly doneFile?: string;
}

export const defaults = {
  port: 22,
  deadline: '30s',
  pattern: '*',
  poll: '10s',
  stableFor: '10s',
  sort: 'name',
  maxBytes: 1_073_741_824,
} as const;

/** Milliseconds of a duration that its schema has checked. */
export const milliseconds = (text: string): number => parseDuration(text) ?? 0;

const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });
const secret = (description: string): JsonSchema => ({
  type: 'object',
  required: ['secret'],
  properties: { secret: { type: 'string', description: 'The name of the secret' } },
  additionalProperties: false,
  description,
});
const duration = (description: string, standard: string): JsonSchema => {
  return { type: 'string', pattern: durationPattern, default: standard, description };
};

const fingerprint: JsonSchema = { type: 'string', pattern: '^SHA256:[A-Za-z0-9+/]{43}=?$' };

const server: Readonly<Record<string, JsonSchema>> = {
  host: text('The server'),
  port: { type: 'integer', minimum: 1, maximum: 65_535, default: defaults.port, description: 'Its port' },
  user: text('Whom to log in as'),
  password: secret('The password, as { secret: NAME }; or give a key'),
  privateKey: secret('The private key in OpenSSH or PEM form, as { secret: NAME }'),
  passphrase: secret('What the private key is sealed with, as { secret: NAME }'),
  hostKey: {
    description:
      'The fingerprint of the key that the server must prove to have, as ssh-keygen -lf prints it: SHA256:...; several while it changes',
    anyOf: [fingerprint, { type: 'array', minItems: 1, items: fingerprint }],
  },
  folder: text('The folder on the server, absolute or relative to where the user is put'),
  deadline: duration(
    'How long the server may take for one answer before the connection counts as lost',
    defaults.deadline,
  ),
};

const required = ['host', 'user', 'hostKey', 'folder'];

export const receiveSchema: JsonSchema = {
  type: 'object',
  required,
  properties: {
    ...server,
    pattern: {
      type: 'string',
      minLength: 1,
      default: defaults.pattern,
      description: 'Which file names to take: * and ? stand for any characters, {csv,txt} for alternatives',
    },
    poll: duration('How often to look into the folder', defaults.poll),
    stableFor: duration(
      'A file is taken once its size and time have not changed for so long; 0s where files are renamed into place',
      defaults.stableFor,
    ),
    sort: {
      enum: ['name', 'mtime'],
      default: defaults.sort,
      description: 'In which order to take the files that are ready',
    },
    ...receiveOptions(' on the server'),
    maxBytes: {
      type: 'integer',
      minimum: 1,
      default: defaults.maxBytes,
      description: 'Files larger than this are left where they are, and reported',
    },
    contentType: {
      type: 'string',
      minLength: 3,
      description: 'The media type of the files; by default it goes by the extension',
    },
  },
};

export const sendSchema: JsonSchema = {
  type: 'object',
  required,
  properties: {
    ...server,
    fileName: text(
      'The name of the file; {message.id}, {message.type} and {any.property} are filled in. By default {message.id} and an extension by content type',
    ),
    overwrite: {
      type: 'boolean',
      default: false,
      description: 'Replace a file of the same name; otherwise a message that would is refused',
    },
    doneFile: doneOption,
  },
};
