/** Answers that come compressed, as plain ones. Promises: no more of one is held than is to be kept, however small it came. */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions, zstdDecompress } from 'node:zlib';

type Decode = (bytes: Uint8Array, options: ZlibOptions) => Promise<Uint8Array>;

/** RFC 9110, 8.4.1; some far ends call raw deflate data `deflate` too. */
const deflate: Decode = (bytes, options) =>
  (bytes[0]! & 0x0f) === 8 ? promisify(inflate)(bytes, options) : promisify(inflateRaw)(bytes, options);

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate,
  br: promisify(brotliDecompress) as Decode,
  zstd: promisify(zstdDecompress) as Decode,
};

/** Bytes; 'too-long' for more than `limit` of them; the Error for what cannot be read. Never rejects. */
export async function decodeContent(
  bytes: Uint8Array,
  encoding: string,
  limit: number,
): Promise<Uint8Array | 'too-long' | Error> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let plain = bytes;
  try {
    for (const coding of codings.reverse()) {
      const decode = DECODERS[coding];
      if (!decode || plain.byteLength === 0) return decode ? plain : new Error(`it has the content encoding ${coding}`);
      plain = await decode(plain, { maxOutputLength: Math.max(1, limit) });
    }
    return plain;
  } catch (thrown) {
    if (codeOf(thrown) === 'ERR_BUFFER_TOO_LARGE') return 'too-long';
    return new Error(`its content encoding ${encoding} cannot be read`, { cause: thrown });
  }
}

const codeOf = (thrown: unknown) => (Error.isError(thrown) && 'code' in thrown ? thrown.code : undefined);
