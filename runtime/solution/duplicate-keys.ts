/** Keys that stand twice in one mapping: YAML would keep one and drop the others without a word. */
import { type Document, isMap, isNode, visit, type YAMLMap } from 'yaml';
import type { Finding, Location } from '../contracts/finding.ts';
import type { Path } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { keyText, startOf } from './find-node.ts';
import { freeName } from './free-name.ts';

/** Notes them and takes them out of the document, so that what stands first is read. */
export function takeDuplicateKeys(document: Document, place: (offset: number, path: Path) => Location): Finding[] {
  const findings: Finding[] = [];
  visit(document, {
    Map: (_, map, parents) => {
      const first = new Map<string, number>();
      const path = pathOf(parents);
      const repeated = map.items.filter((pair) => {
        const key = keyText(pair);
        if (key === undefined || !isNode(pair.key)) return false;
        const offset = startOf(pair.key);
        const earlier = first.get(key);
        if (earlier === undefined) return !first.set(key, offset);
        findings.push(duplicate(key, map, path, [place(earlier, []), place(offset, [...path, key])]));
        return true;
      });
      if (repeated.length > 0) map.items = map.items.filter((pair) => !repeated.includes(pair));
    },
  });
  return findings;
}

/** How many there are. */
export function countDuplicateKeys(document: Document): number {
  let count = 0;
  visit(document, {
    Map: (_, map) => {
      const keys = map.items.flatMap((pair) => keyText(pair) ?? []);
      count += keys.length - new Set(keys).size;
    },
  });
  return count;
}

/** Mappings whose keys are names of the writer's own. */
const OF_NAMES = [
  'receivePorts',
  'locations',
  'sendPorts',
  'sendPortGroups',
  'bindings',
  'messages',
  'variables',
  'correlations',
];

function duplicate(key: string, map: YAMLMap, path: readonly string[], [first, second]: [Location, Location]): Finding {
  const names = map.items.flatMap((item) => keyText(item) ?? []);
  const free = OF_NAMES.includes(path.at(-1) ?? '');
  const suggestion = free ? freeName(key, names) : `only the one in line ${first.line}`;
  return finding('DUPLICATE_KEY', second, { key, first: `${first.line}:${first.column}` }, { suggestion });
}

function pathOf(parents: readonly unknown[]): string[] {
  return parents.flatMap((parent) => (isMap(parent) ? [] : (keyText(parent) ?? [])));
}
