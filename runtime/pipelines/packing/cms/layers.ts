/** What of an S/MIME entity is sealed, what is signed, and what is neither: layer by layer. Source: RFC 8551 */
import type { KeyObject } from 'node:crypto';
import { contentOf, type Entity, essenceOf, hasHeaders, readEntity, typeOf } from '../mime/entity.ts';
import { partsOf } from '../mime/multipart.ts';
import { decodeTransfer } from '../mime/transfer.ts';
import type { KnownCertificate } from './keys.ts';
import { CONTENT } from './names.ts';
import { openEnvelope } from './open.ts';
import { cmsBroken, looksLikeCms, readContentInfo } from './read.ts';
import { verifySigned } from './verify.ts';

export interface Opening {
  readonly key: KeyObject | undefined;
  readonly own: readonly KnownCertificate[];
  readonly from: readonly KnownCertificate[] | undefined;
}

export interface Opened {
  readonly contentType: string | undefined;
  readonly content: Buffer;
  readonly sealed: boolean;
  readonly signed: boolean;
  readonly signer: KnownCertificate | undefined;
}

/** Signed, sealed, signed again: nobody does more. */
const MOST_LAYERS = 4;

/** `contentType` is that of the bytes. Throws BusError PACKING_BROKEN. */
export function openLayers(bytes: Buffer, contentType: string, opening: Opening): Opened {
  let state: Opened = { contentType, content: bytes, sealed: false, signed: false, signer: undefined };
  for (let layer = 0; layer <= MOST_LAYERS; layer += 1) {
    const next = peeled(withoutHeaders(state), opening);
    if (!next) return plain(state);
    state = next;
  }
  throw cmsBroken(`it has more than ${MOST_LAYERS} layers`);
}

/** The headers of the innermost entity are its media type; its content is as it was before it was encoded for its way. */
function plain(state: Opened): Opened {
  if (!(state.sealed || state.signed) || !hasHeaders(state.content)) return state;
  const entity = readEntity(state.content);
  return { ...state, contentType: typeOf(entity), content: contentOf(entity) };
}

interface Layer extends Opened {
  readonly encoding: string;
}

function withoutHeaders(state: Opened): Layer {
  if (!hasHeaders(state.content)) return { ...state, encoding: 'binary' };
  const entity = readEntity(state.content);
  const encoding = entity.headers.get('content-transfer-encoding') ?? 'binary';
  return { ...state, contentType: typeOf(entity), content: entity.body, encoding: encoding.toLowerCase() };
}

/** Undefined where there is nothing to peel. */
function peeled(layer: Layer, opening: Opening): Opened | undefined {
  const essence = essenceOf(layer.contentType ?? '');
  if (essence === 'multipart/signed') return detached(layer, opening);
  const content = decodeTransfer(layer.content, layer.encoding);
  const named = /^application\/(x-)?pkcs7-mime$/.test(essence);
  const first = !(layer.sealed || layer.signed) && !/^(text|multipart|message)\//.test(essence);
  if (!named && !(first && looksLikeCms(content))) return undefined;
  const info = readContentInfo(content);
  if (info.contentType === CONTENT.signed) {
    const { content: inside, signer } = verifySigned(info, [], opening.from);
    return { ...layer, contentType: undefined, content: inside, signed: true, signer: signer ?? layer.signer };
  }
  if (info.contentType !== CONTENT.enveloped && info.contentType !== CONTENT.authEnveloped)
    throw cmsBroken(`it is CMS of the kind ${info.contentType}, which is neither signed nor sealed`);
  if (!opening.key) throw cmsBroken('it is sealed, and there is no `key` to open it with');
  return { ...layer, contentType: undefined, content: openEnvelope(info, opening.key, opening.own), sealed: true };
}

/** What is signed is the first part as it came, headers and all; lines that lost their CR on the way get it back. */
function detached(layer: Layer, { from }: Opening): Opened {
  const [signed, signature, ...more] = partsOf(layer.content, layer.contentType!, 3);
  if (!signed || !signature || more.length > 0) throw cmsBroken('multipart/signed has two parts');
  if (!/^application\/(x-)?pkcs7-signature$/.test(essenceOf(typeOf(signature))))
    throw cmsBroken(`its signature is ${essenceOf(typeOf(signature))}, and no CMS`);
  const info = readContentInfo(contentOf(signature));
  if (info.contentType !== CONTENT.signed) throw cmsBroken('its signature is no signature');
  const { content, signer } = verifySigned(info, formsOf(signed), from);
  return { ...layer, contentType: undefined, content, signed: true, signer: signer ?? layer.signer };
}

const formsOf = ({ raw }: Entity): readonly Buffer[] => [
  raw,
  Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1'),
];
