/** config/bus.yaml: the bus itself; one a solution. */

import type { FileKind } from './kind.ts';
import { closed, duration, listOf, mapping, name, path, text } from './parts.ts';

const addressPattern = '^(\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9.-]+):\\d{1,5}$';

const address = (standard: string) => ({
  type: 'string',
  pattern: addressPattern,
  default: standard,
  description: 'Host and port to listen on, as 127.0.0.1:8080',
});

const count = (description: string) => ({ type: 'integer', minimum: 1, description });

/** Redis must stand in config/bus.yaml; an environment may change either key. */
const limits = (required: readonly string[]) =>
  closed(
    'How hosts keep the limits of send ports together',
    {
      redis: {
        description: 'The Redis they share, as redis://host:6379/0; where it needs a password, { secret: NAME }',
        anyOf: [
          { type: 'string', pattern: '^rediss?://[^@\\s]+$' },
          closed('A secret', { secret: text('The name of the secret that holds the whole URL') }, ['secret']),
        ],
      },
      fallback: {
        enum: ['local', 'share', 'stop'],
        default: 'share',
        description:
          'While Redis is away: each host keeps the whole limit (local) or its share of it (share), or sends wait (stop)',
      },
    },
    required,
  );

const throttle = closed('When receive locations take in less, because what they took in before still waits', {
  waiting: count('Deliveries that may wait at all send ports and orchestrations of a host together'),
  perPort: count('Deliveries that may wait at one send port or orchestration'),
  resume: {
    type: 'number',
    minimum: 0,
    maximum: 1,
    default: 0.8,
    description: 'It ends when no more wait than this share of the limit',
  },
});

const pem = (description: string) => ({
  description: `${description}: a PEM file of the solution, or { secret: NAME }`,
  anyOf: [path(description), closed('A secret', { secret: text('The name of the secret') }, ['secret'])],
});
const secretOf = (description: string) => closed(description, { secret: text('The name of the secret') }, ['secret']);

const tls = closed(
  'The listener speaks HTTPS',
  {
    certificate: pem('Its certificate, with those between it and the authority'),
    key: secretOf('The private key of the certificate, as { secret: NAME }'),
    passphrase: secretOf('What the private key is sealed with, as { secret: NAME }'),
    clients: pem('The authorities whose certificates callers may come with'),
  },
  ['certificate', 'key'],
);

const listeners = {
  http: closed('The listener of all HTTP locations', { address: address('127.0.0.1:8080') }),
  admin: closed('The listener of the console and the admin API', { address: address('127.0.0.1:8079') }),
};

const user = closed(
  'A person',
  {
    token: secretOf('The bearer token by which they are known, as { secret: NAME }'),
    roles: {
      ...listOf(text('A role, as tasks name it'), 'The roles whose tasks they may do'),
      minItems: 1,
      uniqueItems: true,
    },
  },
  ['token', 'roles'],
);

const host = closed('A host: what it runs, and where it listens', {
  applications: {
    ...listOf(name('an application'), 'The applications that it runs; all where nothing is said'),
    uniqueItems: true,
  },
  ...listeners,
});

const retention = closed('How long what is final stays on record', {
  delivered: duration('Messages whose deliveries are all done, or that had none', '30d'),
  terminated: duration('Messages of which a delivery was terminated', '30d'),
  types: mapping('By message type, in place of the two above', duration('Messages of this type')),
  bodies: duration('The bytes of messages, when they are to go before their record; without it, with the record'),
  instances: duration('Orchestration instances that completed or were terminated', '90d'),
  keys: duration('Keys by which duplicates are recognised', '90d'),
});

const expressions = closed('What a map, or an expression anywhere else, may take before it fails', {
  steps: {
    type: 'integer',
    minimum: 1_000,
    maximum: 1_000_000_000,
    default: 1_000_000,
    description: 'Items of loops, and 256 characters of the texts that functions read and make',
  },
  time: duration('Time on the clock', '5s'),
});

/** A secret's name also stands in the store, beside what it has sealed. */
const secretName = (description: string) => ({ type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$', description });

const sealed = (required: readonly string[]) =>
  closed(
    'Seals message bodies in the store and its backups',
    {
      key: secretName('The name of the secret with the key for what is written: 32 bytes in base64 or hexadecimal'),
      older: listOf(secretName('The name of a secret'), 'Keys of before, for what they have sealed'),
    },
    required,
  );

/** Also the keys that an environment may override. */
export const busSettings = {
  organisation: name('the council whose messages these are'),
  store: {
    description:
      'Where the MessageBox lies: sqlite:<file>, postgres://user@host/database, or memory (lost when the bus stops); where the URL holds a password, { secret: NAME }',
    default: 'sqlite:data/guildhall.db',
    anyOf: [
      { type: 'string', pattern: '^(memory|sqlite:.+|postgres(ql)?://([^:@/\\s]+@)?[^@\\s]+)$' },
      closed('A secret', { secret: text('The name of the secret that holds the whole URL') }, ['secret']),
    ],
  },
  http: closed('The listener of all HTTP locations', { address: address('127.0.0.1:8080'), tls }),
  admin: closed('The admin API: its listener, and who else may ask it', {
    address: address('127.0.0.1:8079'),
    users: mapping('People by name, who see and do the tasks of their roles and nothing else', user),
  }),
  hosts: mapping(
    'Hosts by the name that `guildhall run --host` gives; one that is not named here runs everything',
    host,
  ),
  limits: limits([]),
  throttle,
  retention,
  expressions,
  sealed: sealed([]),
  secrets: path('The folder with one file for each secret that no environment variable sets'),
};

export const bus: FileKind = {
  name: 'bus',
  what: 'the bus',
  pattern: /^config\/bus\.yaml$/,
  place: 'config/bus.yaml',
  naming: 'bus',
  schema: closed(
    'The bus: its name, its MessageBox and where it listens',
    {
      bus: name('the bus'),
      extensions: listOf(
        text('A module, as ./extensions/parcels or the name of a package'),
        "Modules with adapters and pipeline components of the solution's own",
      ),
      ...busSettings,
      limits: limits(['redis']),
      sealed: sealed(['key']),
    },
    ['bus', 'organisation'],
  ),
};
