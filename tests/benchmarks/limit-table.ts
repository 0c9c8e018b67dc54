/** What a program written by hand would do in place of the MessageBox: tables, and a group commit before each of them. */

export interface LimitTable {
  /** One message and a row of work for each of so many takers, durable when it resolves; 0 takers: the message alone. */
  insert(body: Uint8Array, takers: number): Promise<number>;
  /** The next work, marked as taken; its bodies are read. */
  take(limit: number): Promise<readonly TakenWork[]>;
  /** Removes work and its message. */
  settle(taken: TakenWork): Promise<void>;
  /** Removes a message without work. */
  remove(message: number): Promise<void>;
  close(): Promise<void>;
}

export interface TakenWork {
  readonly work: number;
  readonly message: number;
}
