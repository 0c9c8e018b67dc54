/** What `guildhall check` finds wrong with options of signatures and encryption that need each other. */
import type { Direction } from '../../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../../runtime/contracts/finding.ts';
import { invalid } from '../invalid-option.ts';
import type { SignatureConfig, SignConfig } from './config.ts';
import type { EncryptConfig, EncryptionConfig } from './encryption-config.ts';

interface Options {
  readonly sign?: SignConfig;
  readonly signature?: SignatureConfig;
  readonly encrypt?: EncryptConfig;
  readonly encryption?: EncryptionConfig;
  readonly auth?: { readonly type: string };
}

export function securityFindings(options: Options, direction: Direction): FindingInConfig[] {
  const { sign, signature, encrypt, encryption } = options;
  const found: FindingInConfig[] = [];
  if (direction === 'receive' && sign?.parts?.includes('addressing')) {
    found.push(invalid('sign.parts', 'answers have no addressing of ours to sign', 'Leave it out here.'));
  }
  if (encrypt && direction === 'receive' && encrypt.certificate === undefined && !signature) {
    const reason = 'nobody is known for whom answers could be encrypted';
    found.push(invalid('encrypt', reason, 'Give its `certificate`, or demand the `signature` of callers.'));
  }
  if (encryption?.cbc && !signature) {
    const reason = 'what CBC encrypts can be altered on the way, and guessed at by altering it';
    found.push(invalid('encryption.cbc', reason, 'Demand a `signature`, too, or take AES-GCM alone.', 'warning'));
  }
  if (encrypt) found.push(...partFindings(encrypt, options));
  return found;
}

function partFindings({ parts = [] }: EncryptConfig, { sign, auth }: Options): FindingInConfig[] {
  const found: FindingInConfig[] = [];
  if (parts.includes('signature') && !sign) {
    found.push(invalid('encrypt.parts', 'there is no signature to encrypt', 'Add `sign`, or leave it out here.'));
  }
  if (parts.includes('usernameToken') && auth?.type !== 'usernameToken') {
    const advice = 'Add `auth: { type: usernameToken }`, or leave it out here.';
    found.push(invalid('encrypt.parts', 'there is no UsernameToken to encrypt', advice));
  }
  return found;
}
