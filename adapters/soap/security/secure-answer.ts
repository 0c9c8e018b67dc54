/** Signs and encrypts what a receive location answers. */
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import type { SignConfig } from './config.ts';
import { compileEncrypt } from './encrypt.ts';
import type { EncryptConfig } from './encryption-config.ts';
import type { Signer } from './open-security.ts';
import { compileSigning } from './sign.ts';

/** `envelope`: with the prefix soap. `caller`: who signed the call, for whom the answer is encrypted unless the location names another. */
export type SecureAnswer = (envelope: string, caller: Signer | undefined) => string;

interface AnswerSecurity {
  readonly sign?: SignConfig | undefined;
  readonly encrypt?: EncryptConfig | undefined;
}

/** Undefined where answers go as they are. Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function compileSecureAnswer(
  { sign, encrypt }: AnswerSecurity,
  context: AdapterContext,
): SecureAnswer | undefined {
  if (!sign && !encrypt) return undefined;
  const signing = sign && compileSigning(sign, context);
  const seal = encrypt && compileEncrypt(encrypt, context);
  return (envelope, caller) => {
    const signed = signing?.().postProcess?.(withHeader(envelope), 'soap') ?? envelope;
    return seal?.(signed, caller?.certificate) ?? signed;
  };
}

/** node-soap signs into a header that is there. */
const withHeader = (envelope: string) =>
  envelope.includes('</soap:Header>')
    ? envelope
    : envelope.replace('<soap:Body', '<soap:Header></soap:Header><soap:Body');
