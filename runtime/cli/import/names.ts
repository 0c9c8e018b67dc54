/** Names for what is imported: as the solution writes names, each only once. */

import { kebab } from '../../openapi/kebab.ts';

export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  unique(text: string): string {
    const name = kebab(text);
    let free = name;
    for (let count = 2; this.#taken.has(free); count += 1) free = `${name}-${count}`;
    this.#taken.add(free);
    return free;
  }
}
