/**
 * Sequence numbers, fetched in blocks ahead of use, so that rows which refer to one another can be written in one round
 * trip. A block is used for a second only: numbers go by time for operators who list the newest first. Numbers that were
 * not used are gaps.
 */
import type { Instant } from '../../contracts/clock.ts';
import { type Statement, type Step, step } from './pipeline.ts';

/** As the sequence is declared. */
const BLOCK = 100;
const FRESH = 1000;

const NEXT: Statement = {
  name: 'seqs_next',
  text: "SELECT nextval('seqs') FROM generate_series(1, $1::int)",
};

export interface Seqs {
  /** Undefined when there is none left. */
  take(): number | undefined;
  readonly left: number;
  /** Before a batch: forgets what is too old by then. */
  begin(now: Instant): void;
  fetch(count: number): Step;
  fetched(rows: readonly (readonly (string | null)[])[], now: Instant): void;
  /** The transaction that fetched them may be gone, and the server give them again. */
  forget(): void;
}

export function createSeqs(): Seqs {
  let blocks: number[] = [];
  let used = 0;
  let since: Instant = 0;

  const left = () => blocks.length * BLOCK - used;

  return {
    take: () => {
      const first = blocks[0];
      if (first === undefined) return undefined;
      const seq = first + used;
      used += 1;
      if (used === BLOCK) {
        blocks.shift();
        used = 0;
      }
      return seq;
    },
    get left() {
      return left();
    },
    begin: (now) => {
      if (Math.abs(now - since) <= FRESH) return;
      blocks = [];
      used = 0;
    },
    fetch: (count) => step(NEXT, String(Math.ceil(count / BLOCK))),
    fetched: (rows, now) => {
      if (left() === 0) since = now;
      blocks.push(...rows.map(([base]) => Number(base)));
    },
    forget: () => {
      blocks = [];
      used = 0;
    },
  };
}
