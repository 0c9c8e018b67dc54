/** Parties: those whom messages come from, and by what they are known. */
export interface Parties {
  readonly names: readonly string[];
  /** The properties by whose values parties are known. */
  readonly properties: readonly string[];
  /** The party whose alias the value of a property is; undefined where nobody is known by it. */
  find(property: string, value: string): string | undefined;
}
