/** What a location takes messages from. */
import type { Incoming } from '../../runtime/contracts/adapter.ts';

export interface Taken {
  readonly incoming: Incoming;
  /** It is durable elsewhere: the source may forget it. */
  done(): Promise<void>;
}

export interface Source {
  /** Waits for a while, then gives what is there, if anything. */
  next(): Promise<readonly Taken[]>;
  /** Says goodbye. */
  leave(): Promise<void>;
}
