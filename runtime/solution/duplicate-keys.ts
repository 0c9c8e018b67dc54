/** Keys that stand twice in one mapping: YAML would keep the last and drop the others without a word. */
import { type Document, isMap, isNode, visit } from 'yaml';
import type { Finding, Location } from '../contracts/finding.ts';
import type { Path } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { keyText, startOf } from './find-node.ts';

export function duplicateKeyFindings(document: Document, place: (offset: number, path: Path) => Location): Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Map: (_, map, parents) => {
      const first = new Map<string, number>();
      for (const pair of map.items) {
        const key = keyText(pair);
        if (key === undefined || !isNode(pair.key)) continue;
        const offset = startOf(pair.key);
        const earlier = first.get(key);
        if (earlier === undefined) first.set(key, offset);
        else findings.push(duplicate(key, place(earlier, []), place(offset, [...pathOf(parents), key])));
      }
    },
  });
  return findings;
}

const duplicate = (key: string, first: Location, second: Location) =>
  finding('DUPLICATE_KEY', second, { key, first: `${first.line}:${first.column}` });

function pathOf(parents: readonly unknown[]): string[] {
  return parents.flatMap((parent) => (isMap(parent) ? [] : (keyText(parent) ?? [])));
}
