/** A compiled mappings/*.map.yaml. Pure and synchronous: same inputs, same output, on any machine that is done in the time it was given. */
export interface MapProgram {
  readonly name: string;
  /** Message types, in the order of the map's `from`. */
  readonly sources: readonly string[];
  readonly target: string;
  /** Logical documents in the order of `sources` to the target's. Throws BusError kind `message` naming file, line, column. */
  transform(inputs: readonly unknown[]): unknown;
}
