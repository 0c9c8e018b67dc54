/** Writes an envelope and what is attached to it as one body: parts are read as they are sent, never held as a whole. */
import type { WrittenCall } from '../write-call.ts';
import type { AttachedPart } from './attach.ts';
import { readMediaType } from './media-type.ts';

const ROOT = 'envelope@guildhall';
const BREAK = Buffer.from('\r\n');

/** `boundary` must stand nowhere in the parts: something random will do. */
export function writeMultipart(
  { envelope, headers }: WrittenCall,
  parts: readonly AttachedPart[],
  kind: 'mtom' | 'swa',
  boundary: string,
): WrittenCall {
  const own = headers['content-type'] ?? 'text/xml; charset=utf-8';
  const { type, parameters } = readMediaType(own);
  const action = parameters.has('action') ? `; action="${parameters.get('action')}"` : '';
  const root = kind === 'mtom' ? `application/xop+xml; charset=utf-8; type="${type}"${action}` : own;
  const outer =
    kind === 'mtom' ? `type="application/xop+xml"; start-info="${type}"${action}` : `type="${type}"${action}`;
  const pieces = [
    { head: headOf(boundary, root, '8bit', ROOT), content: Buffer.from(envelope) },
    ...parts.map(({ id, part }) => ({ head: headOf(boundary, part.contentType, 'binary', id), content: part })),
  ];
  const end = Buffer.from(`--${boundary}--\r\n`);
  const sizes = pieces.map(({ head, content }) => head.length + sizeOf(content) + BREAK.length);
  const size = sizes.reduce((sum, each) => sum + each, end.length);

  async function* open(): AsyncGenerator<Uint8Array> {
    for (const { head, content } of pieces) {
      yield head;
      if (Buffer.isBuffer(content)) yield content;
      else yield* content.open();
      yield BREAK;
    }
    yield end;
  }

  const contentType = `multipart/related; ${outer}; start="<${ROOT}>"; boundary="${boundary}"`;
  const length = Number.isNaN(size) ? {} : { 'content-length': String(size) };
  return { envelope, headers: { ...headers, 'content-type': contentType, ...length }, open };
}

function headOf(boundary: string, type: string, encoding: string, id: string): Buffer {
  return Buffer.from(
    `--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\nContent-ID: <${id}>\r\n\r\n`,
  );
}

/** NaN where it is not known. */
const sizeOf = (content: Buffer | AttachedPart['part']) =>
  Buffer.isBuffer(content) ? content.length : (content.bytes?.byteLength ?? content.size ?? Number.NaN);
