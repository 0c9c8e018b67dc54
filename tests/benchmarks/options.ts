/** How much to measure: an item takes of these what concerns it. */

export type StoreKind = 'sqlite' | 'postgres' | 'memory';

export interface Sizes {
  /** How often limit and bus take turns; medians are compared. */
  readonly rounds: number;
  /** Load over HTTP lasts so long a round; a quarter of it goes before as warm-up. */
  readonly seconds: number;
  /** Messages a round, of the items that ask the MessageBox itself. */
  readonly count: number;
  /** The largest size of a curve. */
  readonly max: number;
  /** The size of the body of `large-body`. */
  readonly bytes: number;
}

export interface Options extends Sizes {
  readonly store: StoreKind;
  progress(text: string): void;
}

export const standard: Sizes = {
  rounds: 5,
  seconds: 5,
  count: 10_000,
  max: Number.POSITIVE_INFINITY,
  bytes: 1_073_741_824,
};
