/** What looking at a store found, for people. */
import type { StoreReport } from '../message-box/store-report.ts';

export function reportText({ path, schema, bytes, counts, problems }: StoreReport): string {
  const numbers = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  const lines = [`${path}: schema ${schema}, ${bytes} bytes; ${numbers.join(', ')}.`];
  return [...lines, ...problems.map((problem) => `  ${problem}`)].join('\n');
}
