/** Signs calls by node-soap's means: a binary token, a timestamp, and a signature that refers to the token. */
import { type ISecurity, WSSecurityCert } from 'soap';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { SIGNATURE_DEFAULTS, type SignConfig } from './config.ts';
import { UTILITY } from './names.ts';
import { loadKeyPair } from './private-keys.ts';

const SHA1 = {
  signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1',
};

/** A new one for each call, since node-soap's own remember what they have signed. Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function compileSigning(config: SignConfig, context: AdapterContext): () => ISecurity {
  const { parts = SIGNATURE_DEFAULTS.parts, sha1 = SIGNATURE_DEFAULTS.sha1 } = config;
  const pair = loadKeyPair(config, 'sign', context);
  const [certificate, key] = [
    pair.certificate.toString(),
    pair.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ];
  const addressing = parts.includes('addressing') ? ['wsa:Action', 'wsa:MessageID', 'wsa:To'] : [];
  const options = {
    hasTimeStamp: parts.includes('timestamp'),
    signatureTransformations: ['http://www.w3.org/2001/10/xml-exc-c14n#'],
    additionalReferences: addressing,
    excludeReferencesFromSigning: parts.includes('body') ? [] : ['Body'],
    ...(sha1 ? SHA1 : {}),
  };
  const signing = () =>
    new WSSecurityCert(key, certificate, '', { ...options, signerOptions: { idMode: 'wssecurity' } });
  return () => {
    const signer = signing();
    const postProcess = (xml: string, prefix: string) =>
      signer.postProcess(withBodyId(xml, prefix, context.newId()), prefix);
    return Object.assign(Object.create(signer) as WSSecurityCert, { postProcess });
  };
}

/** Without it, the same call twice within a second has the same signature, which whoever remembers signatures takes for a replay. */
const withBodyId = (xml: string, prefix: string, id: string) =>
  xml.replace(`<${prefix}:Body>`, `<${prefix}:Body xmlns:wsu="${UTILITY}" wsu:Id="body-${id}">`);
