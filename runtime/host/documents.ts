/** Reads and writes the logical documents of messages by their schemas. */
import {
  bytesOf,
  type Context,
  type Message,
  type Part,
  type Property,
  partOf,
  withProperties,
} from '../contracts/message.ts';
import type { Loaded } from '../contracts/orchestration.ts';
import { BUS } from '../contracts/properties.ts';
import type { CompiledSchema, SchemaSet } from '../contracts/schema.ts';

/** The message with its document; one without a schema gets its JSON value or its text. */
export async function load(message: Message, schemas: SchemaSet): Promise<Loaded> {
  if (message.document !== undefined) return message as Loaded;
  return { ...message, document: documentOf(message, await bytesOf(message.parts[0]), schemas) };
}

/** The same where the bytes are at hand. */
export function loadNow(message: Message, schemas: SchemaSet): Loaded | undefined {
  if (message.document !== undefined) return message as Loaded;
  const { bytes } = message.parts[0];
  return bytes && { ...message, document: documentOf(message, bytes, schemas) };
}

function documentOf({ type }: Message, bytes: Uint8Array, schemas: SchemaSet): unknown {
  const schema = type === undefined ? undefined : schemas.find(type);
  return schema ? schema.read(bytes) : new TextDecoder().decode(bytes);
}

export interface Draft {
  readonly id: string;
  readonly interchange: string;
  readonly context: Context;
  readonly document: unknown;
  /** What goes along beside the document. */
  readonly attached?: readonly Part[];
}

/** A message made from a document: its bytes as its schema writes them, its declared properties promoted. */
export function write(draft: Draft, schema: CompiledSchema): Loaded {
  return {
    id: draft.id,
    interchange: draft.interchange,
    type: schema.type,
    parts: [partOf(schema.write(draft.document), schema.contentType), ...(draft.attached ?? [])],
    context: withProperties(draft.context, typed(schema, draft.document)),
    document: draft.document,
  };
}

function typed(schema: CompiledSchema, document: unknown): [string, Property][] {
  return [...schema.promote(document), [BUS.messageType, promoted(schema.type)]];
}

export const promoted = (value: Property['value']): Property => ({ value, promoted: true });
export const carried = (value: Property['value']): Property => ({ value, promoted: false });

export function textOf(context: Context, name: string): string | undefined {
  const value = context.get(name)?.value;
  return value === undefined ? undefined : String(value);
}
