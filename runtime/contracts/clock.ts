/** Time, ids and chance as the bus sees them: handed down from the command line, so that a seed decides a simulated run. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** The only source of time. Nothing else in runtime/ or adapters/ reads the wall clock or sets a timer. */
export interface Clock {
  now(): Instant;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `task` once after `ms` milliseconds unless the returned function is called first. Never keeps a process alive. */
  schedule(ms: number, task: () => void): () => void;
}

/** A new identifier, unique across hosts; identifiers made later sort later. */
export type NewId = () => string;

/** A number in [0, 1). Used for retry jitter only. */
export type Random = () => number;
