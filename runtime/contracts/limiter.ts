/** Limits of send ports: how much the far end can bear, kept by one host alone or by all hosts together. */

/** What is absent is not limited. */
export interface Limit {
  /** Sends under way at a time. */
  readonly concurrent?: number;
  /** Sends that begin in a second; 0.5 is one every two seconds. They are spread evenly, not let out in bursts. */
  readonly perSecond?: number;
}

export interface Limiter {
  /**
   * Called before every send through the port `name`, concurrently. Resolves once one more send keeps to `limit`; those of
   * one name in the order of their calls. Rejects with the signal's reason when it aborts first: nothing is then taken.
   */
  acquire(name: string, limit: Limit, signal: AbortSignal): Promise<Permit>;
  /** The same where it can be had without waiting and nobody waits for it; undefined when it cannot. */
  tryAcquire?(name: string, limit: Limit): Permit | undefined;
  /** Ends its connections. Call it when nothing waits any more. Safe twice. */
  close(): Promise<void>;
}

export interface Permit {
  /** Called once the send has ended, however it ended. Never throws. Safe twice. */
  release(): void;
}
