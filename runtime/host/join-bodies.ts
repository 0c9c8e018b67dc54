/** Puts the bodies of a batch into one, as its port says: with what stands before, between and behind, and a heading once. */
import type { BatchJoin } from '../contracts/batch.ts';
import { bytesOf, type Message, type Part, partOf } from '../contracts/message.ts';

export async function joinBodies(messages: readonly Message[], join: BatchJoin): Promise<Part> {
  const bodies = await Promise.all(messages.map(async ({ parts: [body] }) => Buffer.from(await bytesOf(body))));
  const bytes = bodies.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const text = (pattern: string) =>
    Buffer.from(pattern.replaceAll('{count}', String(messages.length)).replaceAll('{bytes}', String(bytes)));
  const between = text(join.between);
  const pieces: Uint8Array[] = [text(join.before)];
  for (const [index, body] of bodies.entries()) {
    if (index > 0) pieces.push(between);
    pieces.push(withoutRepeats(body, index, join));
  }
  pieces.push(text(join.after));
  return partOf(Buffer.concat(pieces), messages[0]!.parts[0].contentType);
}

/** An XML declaration may stand only at the beginning of a document, and a heading only at the beginning of a file. */
function withoutRepeats(body: Buffer, index: number, { heading, before }: BatchJoin): Buffer {
  const declaration = /^\ufeff?<\?xml\s[^>]*\?>\s*/.exec(body.toString('utf8', 0, 256));
  const framed = declaration && (index > 0 || before !== '');
  const plain = framed ? body.subarray(Buffer.byteLength(declaration[0])) : body;
  if (!heading || index === 0) return plain;
  const end = plain.indexOf('\n');
  return end < 0 ? plain.subarray(plain.byteLength) : plain.subarray(end + 1);
}
