/** A message: an immutable value. A change makes a new one by `derive`, which keeps the lineage. */

export interface Message {
  readonly id: string;
  /** Shared by all messages that came of one receipt. */
  readonly interchange: string;
  /** The name of a message type of the solution (`street-report`); undefined until a disassembler has set it. */
  readonly type: string | undefined;
  /** The first part is the body. */
  readonly parts: readonly [Part, ...Part[]];
  /** Property name to value; names as in contracts/properties.ts or as message types declare them (`report.id`). */
  readonly context: Context;
  /** The logical document of the body where this host has it already; never stored, read again from the bytes when absent. */
  readonly document?: unknown;
}

export type Context = ReadonlyMap<string, Property>;

/** A promoted property may be matched by subscriptions; another is only carried. */
export interface Property {
  readonly value: Scalar;
  readonly promoted: boolean;
}

export type Scalar = string | number | boolean;

export interface Part {
  readonly name: string;
  /** A media type with its parameters, such as `application/json; charset=utf-8`. */
  readonly contentType: string;
  /** Bytes, where known without reading. */
  readonly size: number | undefined;
  /** The whole content, where it is in memory anyway. */
  readonly bytes?: Uint8Array;
  /** May be opened again; never a one-shot stream. */
  open(): AsyncIterable<Uint8Array>;
}

/** A part whose bytes are at hand. */
export function partOf(bytes: Uint8Array, contentType: string, name = 'body'): Part {
  return {
    name,
    contentType,
    size: bytes.byteLength,
    bytes,
    async *open() {
      yield bytes;
    },
  };
}

/** All bytes of a part; those at hand are returned as they are, not copied. */
export async function bytesOf(part: Part): Promise<Uint8Array> {
  if (part.bytes) return part.bytes;
  const chunks: Uint8Array[] = [];
  for await (const chunk of part.open()) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

export type Change = Partial<Omit<Message, 'interchange'>>;

/** A new message that differs from `from` by `change`. Changing the parts drops the document unless a new one is given. */
export function derive(from: Message, change: Change): Message {
  const { id = from.id, parts = from.parts, context = from.context } = change;
  const type = 'type' in change ? change.type : from.type;
  const document = 'document' in change ? change.document : 'parts' in change ? undefined : from.document;
  const made = { id, interchange: from.interchange, type, parts, context };
  return document === undefined ? made : { ...made, document };
}

/** A copy of a context with more properties; later ones win. */
export function withProperties(context: Context, added: Iterable<readonly [string, Property]>): Context {
  const result = new Map(context);
  for (const [name, property] of added) result.set(name, property);
  return result;
}
