/** OpenPGP by openpgp.js: keys from secrets, read once and kept. Source: RFC 9580 */
import { decryptKey, type PrivateKey, type PublicKey, readKey, readPrivateKey } from 'openpgp';
import type { JsonSchema } from '../../contracts/adapter.ts';
import type { PipelineContext } from '../../contracts/pipeline.ts';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';

export interface Secret {
  readonly secret: string;
}

export const secretSchema = (description: string): JsonSchema => ({
  type: 'object',
  required: ['secret'],
  properties: { secret: { type: 'string', description: 'The name of the secret' } },
  additionalProperties: false,
  description,
});

const publicKeys = new Map<string, Promise<PublicKey>>();
const privateKeys = new Map<string, Promise<PrivateKey>>();

export function secretOf({ secret }: Secret, context: PipelineContext): string {
  if (!context.secret) throw busError('SECRET_MISSING', { name: secret });
  return context.secret(secret);
}

/** `armored`: the text of the key. Throws BusError PGP_KEY. */
export const publicKey = (armored: string, name: string) =>
  kept(publicKeys, armored, name, () => readKey({ armoredKey: armored }));

export const privateKey = (armored: string, passphrase: string | undefined, name: string) =>
  kept(privateKeys, `${armored}\n${passphrase ?? ''}`, name, async () => {
    const key = await readPrivateKey({ armoredKey: armored });
    return passphrase === undefined ? key : decryptKey({ privateKey: key, passphrase });
  });

function kept<K>(keys: Map<string, Promise<K>>, by: string, name: string, read: () => Promise<K>): Promise<K> {
  const known = keys.get(by);
  if (known) return known;
  const reading = read().catch((thrown: unknown) => {
    keys.delete(by);
    throw busError('PGP_KEY', { name, reason: reasonOf(thrown) }, { cause: thrown });
  });
  keys.set(by, reading);
  return reading;
}
