/**
 * Contracts that were read before: an application has a port for each operation of the same document, and reading one of a megabyte takes
 * a second. One is used again only where all its files are still as they were.
 */
import { type Contract, readContract } from './contract.ts';
import type { ReadFile } from './documents.ts';

/** Those used last. */
const MOST = 16;
const kept = new Map<string, Contract>();

/** As `readContract`. */
export function keptContract(main: string, read: ReadFile): Contract {
  const known = kept.get(main);
  const contract = known && isStill(known, read) ? known : readContract(main, read);
  kept.delete(main);
  // What is missing may be there the next time.
  if (contract.problems.length === 0) kept.set(main, contract);
  if (kept.size > MOST) kept.delete(kept.keys().next().value!);
  return contract;
}

const isStill = ({ documents }: Contract, read: ReadFile) =>
  [...documents.files].every(([file, text]) => read(file) === text);
