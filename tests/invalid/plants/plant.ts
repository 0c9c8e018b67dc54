/** A fault to plant into the reference solution, and what is to be said of it. */
export interface Plant {
  readonly what: string;
  readonly file: string;
  /** Stands exactly once in the file, and is replaced by `wrong`. */
  readonly right: string;
  readonly wrong: string;
  readonly code: string;
  /** What the finding points to: the first such piece from `wrong` on, or where `found` is given, of that file. */
  readonly at: string;
  readonly found?: string;
  readonly suggestion: string;
  /** Codes of findings that directly follow. */
  readonly follows?: readonly string[];
  /** The one that is planted together with the others. */
  readonly together?: true;
}
