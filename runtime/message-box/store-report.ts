/** What looking at a whole store found. */
export interface StoreReport {
  /** The file; of a server, its address without a password. */
  readonly path: string;
  /** The version of its schema. */
  readonly schema: number;
  readonly bytes: number;
  readonly counts: Readonly<Record<string, number>>;
  /** What is damaged or missing, in words; empty when it is whole. */
  readonly problems: readonly string[];
}
