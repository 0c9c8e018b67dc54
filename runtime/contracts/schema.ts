/** Schemas: JSON Schema, XSD, flat file; all give one logical document of plain values in schema order. */
import type { Context, Property } from './message.ts';

/**
 * The type of a place in a logical document. Dates and times are text with a format; `decimal` is text that keeps its
 * digits; `any` is a place about which the schema says nothing (wildcards, mixed content).
 */
export type LogicalType =
  | {
      readonly kind: 'string';
      readonly format?: 'date' | 'date-time' | 'time';
      readonly values?: readonly string[];
      readonly maxLength?: number;
    }
  | { readonly kind: 'integer' | 'number' | 'decimal' | 'boolean' | 'any' | 'null' }
  | { readonly kind: 'list'; readonly of: LogicalType }
  | ObjectType;

export interface ObjectType {
  readonly kind: 'object';
  /** In schema order. A thunk, because schemas may be recursive. */
  readonly fields: () => ReadonlyMap<string, Field>;
  /** True where names beyond `fields` are allowed. */
  readonly open: boolean;
  /** For messages: the schema's own name of it. */
  readonly name?: string;
}

export interface Field {
  readonly type: LogicalType;
  readonly required: boolean;
}

/** One thing wrong with a document. `path` is like `/photos/2/url`; line and column (from 1) where the bytes are known. */
export interface Violation {
  readonly path: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

export type Format = 'json' | 'xml' | 'csv' | 'flat';

/** A message type of the solution, compiled. All methods are synchronous and pure. */
export interface CompiledSchema {
  /** The message type's name in the solution, such as `street-report`. */
  readonly type: string;
  readonly format: Format;
  /** The media type that `write` produces. */
  readonly contentType: string;
  /** For XML, `namespace#root` (or `root`), by which a disassembler recognises it. */
  readonly root: string | undefined;
  readonly document: LogicalType;
  /** Bytes to logical document. Throws BusError kind `message` (not well-formed, wrong encoding, wrong root). */
  read(bytes: Uint8Array): unknown;
  /** Logical document to bytes, in schema order whatever the order of keys. Throws BusError kind `message`. */
  write(document: unknown): Uint8Array;
  /** Everything wrong with a document; `bytes`, where given, are what it was read from. */
  validate(document: unknown, bytes?: Uint8Array): readonly Violation[];
  /** The promoted properties that the message type declares; a missing node promotes nothing. */
  promote(document: unknown): Context;
  /** The same documents in XML, for a flat file whose schema is an XSD; undefined where they have another shape there. */
  xml?(): CompiledSchema | undefined;
  /** The names of the properties that `promote` may give; absent where they are not known. */
  readonly promotes?: readonly string[];
}

export interface SchemaSet {
  find(type: string): CompiledSchema | undefined;
  /** By `namespace#root`; more than one where several message types share a root element. */
  findByRoot(root: string): readonly CompiledSchema[];
  readonly types: readonly string[];
  /** Every promoted property that some message type declares, with its logical type. */
  readonly properties: ReadonlyMap<string, LogicalType>;
}

export type PromotedProperty = readonly [string, Property];
