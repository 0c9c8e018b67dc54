/** Errors as they cross folders: a code from the catalog, whose kind alone decides what the host does next. */

/**
 * `config`: refuse to start. `message`: suspend that message. `transient`: retry by the port's policy.
 * `bug`: stop that service and say so.
 */
export const KINDS = ['config', 'message', 'transient', 'bug'] as const;
export type Kind = (typeof KINDS)[number];

/** One row of the catalog. `text` may hold `{placeholders}`; `help` is one sentence that says what to do. */
export interface CatalogEntry {
  readonly kind: Kind;
  readonly text: string;
  readonly help: string;
}

export interface BusErrorOptions extends ErrorOptions {
  /** The name by which an orchestration may catch it, for example a SOAP fault's local name. */
  readonly fault?: string;
  /** Plain JSON that came with it, for example a fault's detail: `error.detail` in an orchestration. */
  readonly detail?: unknown;
  /** What came with it as the far end wrote it: where a message type has its root, it is read into `detail`. */
  readonly document?: WrittenDocument;
  /** The far end asked to be left alone for so many milliseconds (HTTP Retry-After). */
  readonly retryAfter?: number;
  /** Overrides the catalog's kind, for errors whose kind only the far end knows. */
  readonly kind?: Kind;
}

export interface WrittenDocument {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** The only class thrown across a folder boundary. */
export class BusError extends Error {
  readonly code: string;
  readonly kind: Kind;
  readonly help: string;
  readonly fault: string | undefined;
  readonly detail: unknown;
  readonly document: WrittenDocument | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    code: string,
    entry: CatalogEntry,
    values: Readonly<Record<string, string | number | undefined>> = {},
    options: BusErrorOptions = {},
  ) {
    const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? `{${key}}`));
    /** A value may end its own sentence. */
    const fill = (text: string) => filled(text).replace(/([.?!])\.$/, '$1');
    super(fill(entry.text), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BusError';
    this.code = code;
    this.kind = options.kind ?? entry.kind;
    this.help = fill(entry.help);
    this.fault = options.fault;
    this.detail = options.detail;
    this.document = options.document;
    this.retryAfter = options.retryAfter;
  }
}
