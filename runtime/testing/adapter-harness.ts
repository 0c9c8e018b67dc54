/** What the adapter contract suite needs to know of a transport: its far end, and how to break the way there. */
import type { Adapter, AdapterContext, Direction } from '../contracts/adapter.ts';
import type { Scalar } from '../contracts/message.ts';

/** Made anew for every case: nothing of one may be seen by another. */
export interface AdapterHarness {
  readonly adapter: Adapter;
  /** The media type of the bodies, in both directions. */
  readonly contentType: string;
  /** What the adapter is given beside what `testAdapterContext` gives, such as an HTTP listener. */
  readonly context?: Partial<AdapterContext>;
  /** The n-th body, at least `size` bytes long, and unlike all others; a JSON object unless the transport wants more. */
  readonly body?: (n: number, size?: number) => Uint8Array;
  readonly receive?: ReceiveHarness;
  readonly send?: SendHarness;
  /** Ends the far end and removes what it kept. */
  dispose(): Promise<void>;
}

export interface ReceiveHarness {
  /** Options of a location; intervals as short as they may be. */
  readonly config: unknown;
  /** Properties that every incoming message must carry. */
  readonly properties?: Readonly<Record<string, Scalar>>;
  /**
   * Puts a message at the source, and resolves once it is there, not once it is taken. Where the source is a caller
   * (HTTP), it calls until it is answered, and again after a failure.
   */
  arrive(bytes: Uint8Array): Promise<void>;
  /** How many messages are still at the source: neither acknowledged nor taken away. */
  left(): Promise<number>;
  /** Makes the source unreachable; what arrives meanwhile is kept there. */
  breakLink?(): Promise<void>;
  healLink?(): Promise<void>;
}

export interface SendHarness {
  /** Options of a send port. */
  readonly config: unknown;
  /** The bodies that the far end has, in any order. */
  taken(): Promise<readonly Uint8Array[]>;
  /** The far end knows a message that is sent twice by its idempotency key and keeps one. */
  readonly recognisesRepeats?: boolean;
  /** Makes the far end unreachable. */
  breakLink?(): Promise<void>;
  healLink?(): Promise<void>;
  /** The far end takes no notice of anything, and says nothing, until healLink(). */
  stall?(): Promise<void>;
}

export interface AdapterContractOptions {
  /** Directions in which nothing can break between the adapter and its far end, such as the host's own HTTP listener. */
  readonly unbreakable?: readonly Direction[];
  /** The far end cannot keep a send port waiting (a folder can not). */
  readonly neverStalls?: boolean;
  /** Its source makes its messages by itself (a clock): it is held to its options here, and to the rest by tests of its own. */
  readonly makesItsOwn?: boolean;
}
