/** What callers may say once only, such as nonces and signatures: remembered by one host alone, or by all hosts of a bus together. */
import type { Instant } from './clock.ts';

export interface ReplayCache {
  /**
   * Whether `key` comes for the first time. It is remembered until `until`; only for so long may its sender's word count. May be called
   * concurrently: of several with the same key one alone resolves with true. Rejects with BusError of the kind `transient`
   * where that cannot be told at the moment.
   */
  first(key: string, until: Instant): Promise<boolean>;
  /** What came was not kept after all: it may come again. Never rejects. */
  forget(key: string): Promise<void>;
  /** Ends its connections. Safe twice. */
  close(): Promise<void>;
}
