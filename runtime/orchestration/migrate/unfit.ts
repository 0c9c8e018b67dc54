/** Why an instance cannot go on under another version, in words that end a sentence. Thrown within, told to people outside. */
import type { CompiledShape } from '../program.ts';

export class Unfit extends Error {
  /** Where it stands, under the version that it has. */
  readonly at: CompiledShape | undefined;

  constructor(reason: string, at?: CompiledShape) {
    super(reason);
    this.name = 'Unfit';
    this.at = at;
  }
}
