/** Writes into *.test.yaml what came out, in place of what was expected; all else in the file stays as it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import type { Path } from '../contracts/source.ts';
import type { TestedFile } from '../solution/run-tests.ts';

/** Gives how many expectations were written. */
export function updateTests(folder: string, files: readonly TestedFile[]): number {
  let count = 0;
  for (const { file, cases } of files) {
    const updates = cases.flatMap(({ update }) => update ?? []);
    if (updates.length === 0) continue;
    const path = join(folder, file);
    writeFileSync(path, updated(readFileSync(path, 'utf8'), updates));
    count += updates.length;
  }
  return count;
}

interface Update {
  readonly path: Path;
  readonly value: unknown;
}

/** From the last to the first, so that places before one that changes stay where they are. */
export function updated(text: string, updates: readonly Update[]): string {
  const document = parseDocument(text);
  const places = updates.flatMap(({ path, value }) => {
    const node = document.getIn(path, true) as { range?: [number, number, number] | null } | undefined;
    return node?.range ? [{ from: node.range[0], to: node.range[1], node, value }] : [];
  });
  let result = text;
  for (const { from, to, node, value } of places.toSorted((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + written(value, result, from, isBlock(node)) + result.slice(to);
  }
  return result;
}

const isBlock = (node: unknown) => (isMap(node) || isSeq(node)) && node.flow !== true;

/** In the style of what stood there: a block at its column, or in one line. */
function written(value: unknown, text: string, from: number, block: boolean): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const options = { lineWidth: 0, ...(block ? {} : { collectionStyle: 'flow' as const }) };
  const lines = stringify(value, options).trimEnd().split('\n');
  const column = from - (text.lastIndexOf('\n', from - 1) + 1);
  return lines.join(`\n${' '.repeat(block ? column : column + 2)}`) + (block ? '\n' : '');
}
