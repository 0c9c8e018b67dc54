/**
 * Parts, sealed and opened again: what is at hand at once, the rest as a stream of frames. The name of a sealed part tells
 * its key and its size, so that both are known without reading it: `sealed/<key>/<size>/<name>`.
 */
import { type Part, partOf } from '../../contracts/message.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { CONTENT, dataKeyOf, FRAME, HEADER, newHeader, openFrame, sealedSize, sealFrame } from './envelope.ts';
import { inPieces } from './in-pieces.ts';
import type { SealKey, SealKeys } from './keys.ts';

const NAME = /^sealed\/([^/]+)\/(\d+|-)\/(.*)$/s;

interface SealedName {
  readonly key: string;
  /** As it was known when it was sealed. */
  readonly size: number | undefined;
  readonly name: string;
}

/** Undefined of a part that was stored before the store was sealed. */
export function sealedName({ name }: Pick<Part, 'name'>): SealedName | undefined {
  const [, key, size, own] = NAME.exec(name) ?? [];
  return key === undefined ? undefined : { key, size: size === '-' ? undefined : Number(size), name: own! };
}

export function sealPart(part: Part, key: SealKey): Part {
  const { contentType, bytes } = part;
  const size = bytes?.byteLength ?? part.size;
  const name = `sealed/${key.name}/${size ?? '-'}/${part.name}`;
  if (bytes) return partOf(sealBytes(bytes, key), contentType, name);
  const sealed = size === undefined ? undefined : sealedSize(size);
  return { name, contentType, size: sealed, open: () => sealStream(part, key) };
}

/** The same sealed bytes under another name. */
export function renamedPart(sealed: Part, { name, contentType }: Pick<Part, 'name' | 'contentType'>): Part {
  const { key, size } = sealedName(sealed)!;
  return partOf(sealed.bytes!, contentType, `sealed/${key}/${size ?? '-'}/${name}`);
}

/** One whose key is missing, or that does not fit, says so when it is read, and holds up nothing else. */
export function openPart(part: Part, keys: SealKeys): Part {
  const sealed = sealedName(part);
  if (!sealed) return part;
  const { contentType, bytes } = part;
  const { name, size } = sealed;
  const lazily: Part = { name, contentType, size, open: () => openStream(part, sealed, keys) };
  if (!bytes) return lazily;
  try {
    return partOf(openBytes(bytes, sealed, keys), contentType, name);
  } catch (thrown) {
    if (isBusError(thrown)) return lazily;
    throw thrown;
  }
}

function sealBytes(bytes: Uint8Array, key: SealKey): Buffer {
  const { header, dataKey } = newHeader(key);
  const frames = [header];
  const count = Math.max(1, Math.ceil(bytes.byteLength / CONTENT));
  for (let number = 0; number < count; number += 1) {
    const content = bytes.subarray(number * CONTENT, (number + 1) * CONTENT);
    frames.push(sealFrame(dataKey, number, number === count - 1, content));
  }
  return Buffer.concat(frames);
}

function openBytes(bytes: Uint8Array, { key: name }: SealedName, keys: SealKeys): Uint8Array {
  const key = keys.find(name);
  const dataKey = dataKeyOf(bytes.subarray(0, HEADER), key);
  const contents: Buffer[] = [];
  for (let from = HEADER, number = 0; from < bytes.byteLength; from += FRAME, number += 1) {
    const last = from + FRAME >= bytes.byteLength;
    contents.push(openFrame(dataKey, number, last, bytes.subarray(from, from + FRAME), key));
  }
  const whole = contents.length === 1 ? contents[0]! : Buffer.concat(contents);
  mustHave(contents.length, name);
  return whole;
}

async function* sealStream(part: Part, key: SealKey): AsyncGenerator<Uint8Array> {
  const { header, dataKey } = newHeader(key);
  yield header;
  let number = 0;
  for await (const { bytes, last } of inPieces(part.open(), CONTENT)) {
    yield sealFrame(dataKey, number, last, bytes);
    number += 1;
  }
}

async function* openStream(part: Part, sealed: SealedName, keys: SealKeys): AsyncGenerator<Uint8Array> {
  const key = keys.find(sealed.key);
  let dataKey: Buffer | undefined;
  let number = 0;
  for await (const { bytes, last } of inPieces(part.open(), FRAME, HEADER)) {
    if (!dataKey) {
      dataKey = dataKeyOf(bytes, key);
      continue;
    }
    yield openFrame(dataKey, number, last, bytes, key);
    number += 1;
  }
  mustHave(number, sealed.key);
}

/** Without a frame even the end was cut off. */
function mustHave(frames: number, key: string): void {
  if (frames === 0) throw busError('SEAL_NOT_OPENED', { key });
}
