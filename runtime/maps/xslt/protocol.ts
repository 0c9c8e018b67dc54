/** What the thread of the bus and the one that runs stylesheets say to each other. */

/** A stylesheet with all that it may read. Two with the same `id` are the same. */
export interface Sheet {
  readonly id: string;
  /** Address of the stylesheet in `files`. */
  readonly main: string;
  /** Address to text; nothing else can be read. */
  readonly files: readonly (readonly [string, string])[];
}

/** Name and XPath expression. */
export type Parameter = readonly [string, string];

export type Request =
  | { readonly kind: 'compile'; readonly sheet: Sheet }
  | {
      readonly kind: 'run';
      readonly id: string;
      readonly input: Uint8Array;
      readonly parameters: readonly Parameter[];
    }
  | { readonly kind: 'forget'; readonly id: string };

export interface Answer {
  /** Compiled, or run to its end. */
  readonly done: boolean;
  /** Of a run: what it made, whatever encoding it says of itself. */
  readonly output?: string;
  /** What the library printed: errors and messages. */
  readonly lines: readonly string[];
  /** Addresses that were wanted and are not in the sheet. */
  readonly refused: readonly string[];
  /** The library broke off and must not be used again. */
  readonly broken?: string;
}
