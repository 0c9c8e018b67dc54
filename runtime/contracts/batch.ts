/** How a send port gathers messages into one interchange before it sends. */

export interface BatchPolicy {
  /** Messages of one interchange at most. */
  readonly count: number;
  /** Bytes of their bodies at most, but for a single message that is longer. */
  readonly bytes: number;
  /** How long (ms) the first waits for others. */
  readonly wait: number;
  readonly join: BatchJoin;
}

/** Bodies are put one after the other. In texts `{count}` and `{bytes}` stand for what the interchange holds. */
export interface BatchJoin {
  readonly before: string;
  readonly between: string;
  readonly after: string;
  /** The first line of every body is the same heading, and stands once. */
  readonly heading: boolean;
}
