/**
 * The layout of a flat file, compiled: how it is cut into records, which records come in which order, and which fields they
 * have. It is made from a *.flat.yaml or from the flat-file annotations of an XSD; nothing else knows where it came from.
 */
import type { Encoding } from './encoding.ts';

export interface FlatLayout {
  readonly name: string;
  readonly encoding: Encoding;
  readonly framing: Framing;
  /** Occurs once: the file. */
  readonly root: GroupNode;
}

/** How records lie in the file. */
export interface Framing {
  readonly by:
    | { readonly kind: 'end'; readonly end: string; readonly newline: boolean; readonly release: string }
    /** All so long (bytes); `end` follows each where it is not empty. */
    | { readonly kind: 'length'; readonly length: number; readonly end: string }
    /** Each led by four bytes that tell its length with these four, as mainframes write variable records. */
    | { readonly kind: 'rdw' }
    /** The file is one record. */
    | { readonly kind: 'whole' };
  /** Between two records rather than after each: the last has none. */
  readonly infix: boolean;
  /** Quotes within which the end of a record does not count, where they open a record or follow one of `openers`; empty: none. */
  readonly wrap: string;
  readonly openers: readonly string[];
  /** Records without a character are passed over. */
  readonly skipBlank: boolean;
  /** Records that begin with it are passed over; empty: none. */
  readonly comment: string;
}

export interface Repeat {
  readonly min: number;
  readonly max: number;
}

export type LineNode = GroupNode | RecordNode;

export interface GroupNode {
  readonly kind: 'group';
  readonly name: string;
  readonly repeat: Repeat;
  /** Any one of its items each time, rather than all in their order. */
  readonly choice: boolean;
  readonly items: readonly LineNode[];
}

export interface RecordNode {
  readonly kind: 'record';
  readonly name: string;
  readonly repeat: Repeat;
  readonly tag: Tag | undefined;
  /** Only the last record of the file. */
  readonly last: boolean;
  /** A record of column headings comes before the first. */
  readonly headings: boolean;
  readonly body: RecordBody;
}

/** By what a record is known. */
export interface Tag {
  readonly text: string;
  /** From 0, of a positional record; of a delimited one the record begins with it. */
  readonly at: number;
}

export type RecordBody = PositionalBody | DelimitedBody;

export interface PositionalBody {
  readonly structure: 'positional';
  readonly fields: readonly FieldNode[];
  /** Characters in all. */
  readonly length: number;
}

export interface DelimitedBody {
  readonly structure: 'delimited';
  readonly fields: readonly FieldNode[];
  readonly delimiter: string;
  readonly order: 'prefix' | 'infix' | 'postfix';
  /** Makes the next character plain; empty: none. */
  readonly escape: string;
  /** Around values that hold delimiters; doubled within; empty: none. */
  readonly wrap: string;
  /** Behind these, and at the beginning, a quote opens: delimiters, its own and those within. */
  readonly openers: readonly string[];
  /** Empty fields keep their delimiters. */
  readonly keepEmpty: boolean;
  /** But not at the end of the record. */
  readonly suppressTrailing: boolean;
}

export type FieldNode = ValueField | NestedField;

interface Placed {
  readonly name: string;
  /** Positional: from 0. */
  readonly at: number;
  /** Characters; undefined in a delimited record, unless values are padded to it. */
  readonly length: number | undefined;
  readonly required: boolean;
  readonly repeat: Repeat;
  /** Between repetitions in a delimited record; empty: they are fields of their own. */
  readonly repeatDelimiter: string;
}

/** A record within a record. */
export interface NestedField extends Placed {
  readonly kind: 'nested';
  readonly tag: Tag | undefined;
  readonly body: RecordBody;
}

export interface ValueField extends Placed {
  readonly kind: 'value';
  readonly type: FieldType;
  readonly pad: string;
  readonly justify: 'left' | 'right';
  readonly wrapAlways: boolean;
  readonly values: readonly string[] | undefined;
  readonly minLength: number;
  readonly maxLength: number | undefined;
  /** What is always there: checked when read, written whatever the document says. Not in the document. */
  readonly constant: string | undefined;
  /** Written where the document has nothing. */
  readonly preset: unknown;
  readonly total: Total | undefined;
  /** The heading of its column, where it differs from its name. */
  readonly column: string;
}

export type FieldType =
  | { readonly kind: 'string' }
  | {
      readonly kind: 'integer' | 'decimal';
      readonly form: NumberForm;
      readonly scale: number | undefined;
      readonly sign: Sign;
    }
  | { readonly kind: 'boolean'; readonly yes: string; readonly no: string }
  | { readonly kind: 'date' | 'time' | 'date-time'; readonly pattern: string };

/** Digits; digits with the sign in the last one's zone; two digits a byte; two's complement, big-endian. */
export type NumberForm = 'text' | 'zoned' | 'packed' | 'binary';
export type Sign = 'none' | 'leading' | 'trailing';

/** What a field says of other records of the same group. */
export interface Total {
  readonly of: 'count' | 'sum' | 'hash';
  /** Names of records; empty: all of the file so far, with this one. */
  readonly records: readonly string[];
  readonly field: string;
  /** Digits that are kept of a hash total. */
  readonly digits: number | undefined;
  /** Only records whose field has one of these values. */
  readonly where: ReadonlyMap<string, readonly string[]>;
}
