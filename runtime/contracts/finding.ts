/** What `guildhall check` says of a file: where, what is wrong, what to do. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly at: Location;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do, in one sentence. */
  readonly help: string;
  /** The nearest name that would have been right. */
  readonly suggestion?: string;
}

/** `line` and `column` count from 1; `path` is the place inside the document, such as `sendPorts.works.wsdl`. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

/** A finding inside an adapter's or component's own options: `path` is relative to them, such as `retry.first`. */
export type FindingInConfig = Omit<Finding, 'at'> & { readonly path: string };
