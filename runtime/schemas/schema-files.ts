/** The files that schemas may be read from. */
export interface SchemaFiles {
  /** The text of a file relative to the solution's folder. */
  readonly read: (path: string) => string | undefined;
  /** Names for suggestions. */
  readonly known: readonly string[];
}
