/**
 * The options of TLS where the bus is the client: which authorities it trusts, and the certificate by which it proves who it is.
 * Certificates are files of the solution or secrets; a private key is always a secret.
 */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { AdapterContext, JsonSchema } from '../../runtime/contracts/adapter.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';

interface Secret {
  readonly secret: string;
}

export interface TlsConfig {
  readonly ca?: string | Secret;
  readonly certificate?: string | Secret;
  readonly key?: Secret;
  readonly passphrase?: Secret;
  readonly serverName?: string;
}

/** As node:tls and undici take them. */
export interface TlsClientOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly servername?: string;
}

const secretOnly = {
  type: 'object',
  required: ['secret'],
  properties: { secret: { type: 'string', description: 'The name of the secret' } },
  additionalProperties: false,
} as const;
const secret = (description: string): JsonSchema => ({ ...secretOnly, description });
/** A PEM file of the solution, or a secret. */
export const pemSchema = (description: string): JsonSchema => {
  return { description, format: 'certificate', anyOf: [{ type: 'string', minLength: 1 }, secretOnly] };
};

export const tlsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'Whom to trust, and who we are, where the address is one with TLS',
  dependentRequired: { certificate: ['key'], key: ['certificate'], passphrase: ['key'] },
  properties: {
    ca: pemSchema(
      'The authorities to trust in place of the usual ones: a PEM file, relative to the solution, or { secret: NAME }',
    ),
    certificate: pemSchema(
      'Our certificate, with those between it and the authority: a PEM file, relative to the solution, or { secret: NAME }',
    ),
    key: secret('The private key of the certificate in PEM form, as { secret: NAME }'),
    passphrase: secret('What the private key is sealed with, as { secret: NAME }'),
    serverName: {
      type: 'string',
      minLength: 1,
      description: 'The name that the certificate of the far end must be for, where it is not that of the address',
    },
  },
};

/** Reads files and secrets. Throws BusError SECRET_MISSING, or ADAPTER_CONFIG for what cannot be read or is no PEM. */
export function tlsClientOptions(config: TlsConfig | undefined, context: AdapterContext): TlsClientOptions {
  if (!config) return {};
  const { ca, certificate, key, passphrase, serverName } = config;
  const options = {
    ...(ca === undefined ? {} : { ca: pemText(ca, 'tls.ca', context) }),
    ...(certificate === undefined ? {} : { cert: pemText(certificate, 'tls.certificate', context) }),
    ...(key === undefined ? {} : { key: context.secret(key.secret) }),
    ...(passphrase === undefined ? {} : { passphrase: context.secret(passphrase.secret) }),
  };
  try {
    createSecureContext(options);
  } catch (thrown) {
    throw unusable('its certificates or its key cannot be used', thrown, context);
  }
  return { ...options, ...(serverName === undefined ? {} : { servername: serverName }) };
}

/** Throws BusError SECRET_MISSING, or ADAPTER_CONFIG for a file that cannot be read. `option`: what people call it. */
export function pemText(source: string | Secret, option: string, context: AdapterContext): string {
  if (typeof source !== 'string') return context.secret(source.secret);
  try {
    return readFileSync(context.resolvePath(source), 'utf8');
  } catch (thrown) {
    throw unusable(`the file of ${option} cannot be read`, thrown, context);
  }
}

function unusable(what: string, thrown: unknown, { name }: AdapterContext) {
  return busError('ADAPTER_CONFIG', { name, reason: `${what}: ${reasonOf(thrown)}` }, { cause: thrown });
}
