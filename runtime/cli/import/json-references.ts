/** What an OpenAPI document refers to in other files. */
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import type { Reference } from './gather.ts';

/** JSON is YAML too. */
export function jsonReferences(text: string): Reference[] {
  const found: Reference[] = [];
  visit(parseDocument(text), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== '$ref' || !isScalar(value) || typeof value.value !== 'string' || isMap(value))
        return;
      const [target = '', fragment] = value.value.split('#');
      if (target === '' || !value.range) return;
      const [from, to] = value.range;
      found.push({
        from,
        to,
        target,
        written: (file) => JSON.stringify(fragment === undefined ? file : `${file}#${fragment}`),
      });
    },
  });
  return found;
}
