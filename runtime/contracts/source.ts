/** A file that an integrator wrote, read into plain values that still know where they stood. */
import type { Location } from './finding.ts';

export type Path = readonly (string | number)[];

export interface Source {
  /** Relative to the solution's folder, with forward slashes. */
  readonly file: string;
  readonly text: string;
  /** Plain JSON values: mappings are objects in file order, sequences arrays, scalars strings, numbers, booleans, null. */
  readonly value: unknown;
  /**
   * Where `path` stands: the value there, or its key when `part` is 'key'. A path that does not exist gives its nearest
   * existing ancestor. `offset` counts characters into a scalar value (for errors inside an expression).
   */
  locate(path: Path, part?: 'key' | 'value', offset?: number): Location;
}
