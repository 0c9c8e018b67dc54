/** Reads the body of a request, never holding more of it than the limit. */
import type { IncomingMessage } from 'node:http';

/** Nothing was kept of a body that is too large: `size` is what was announced or seen so far. */
export type Body = { readonly bytes: Uint8Array } | { readonly tooLarge: number };

/** Rejects when the caller goes away before its request is complete. */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) return Promise.resolve({ tooLarge: announced });
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      request.off('data', take).resume();
      resolve({ tooLarge: size });
    };
    request.on('data', take);
    request.once('end', () => resolve({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Error('The caller went away before its request was complete.'));
    });
  });
}
