/** What an import writes into the solution. */
export interface Imported {
  /** Path relative to the solution's folder, to text. */
  readonly files: ReadonlyMap<string, string>;
  /** What the contract has and the import leaves to people. */
  readonly notes: readonly string[];
}

export interface ImportOptions {
  /** The folder below schemas/, and the name of the application. */
  readonly name: string;
  /** The names of message types and ports that the solution has already. */
  readonly taken: readonly string[];
  /** An application that serves the contract, in place of one that calls it. */
  readonly serve?: boolean;
}

export const messageFile = (type: string, description: string, lines: readonly string[]): string =>
  [`message: ${type}`, `description: ${JSON.stringify(description)}`, ...lines, ''].join('\n');
