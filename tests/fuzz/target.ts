/** What is fed with inputs made by chance: a reader, a writer, a map. It may refuse them; it may not crash, hang or grow. */
import type fc from 'fast-check';

export interface FuzzTarget {
  readonly name: string;
  readonly input: fc.Arbitrary<unknown>;
  /** Throws when something was found: any error but a clear refusal. Called with values of `input`, one at a time. */
  run(input: unknown): void | Promise<void>;
}
