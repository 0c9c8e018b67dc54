/** A kind of file in a solution: where it lies and what may stand in it. */
import type { Adapter, JsonSchema } from '../../contracts/adapter.ts';

export interface FileKind {
  /** Also the name of its generated schema: docs/schema/<name>.schema.json. */
  readonly name: string;
  /** In words, such as "a map". */
  readonly what: string;
  /** Path relative to the solution's folder. */
  readonly pattern: RegExp;
  /** The pattern as people read it. */
  readonly place: string;
  /** The key of the file that names what it defines; none where the path does. */
  readonly naming?: string;
  /** What `guildhall check` holds the file against. */
  readonly schema: JsonSchema;
  /** The same with the options of every transport, for editors; `schema` where there are none. */
  editorSchema?(adapters: readonly Adapter[]): JsonSchema;
}
