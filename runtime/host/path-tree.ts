/**
 * What stands at which path, where a path may hold parameters in any segment (`/streets/{usrn}`, `/maps/{name}.png`). Of several that
 * match, the most specific is found: segment by segment, a literal goes before a parameter, and more literal text before less.
 */
import { segmentMatcher } from '../contracts/path-template.ts';

export interface PathTree<T> {
  readonly size: number;
  /** What stands at this very template; the names of parameters do not count. */
  get(template: string): T | undefined;
  set(template: string, value: T): void;
  delete(template: string): void;
  /** What matches the whole path; else what matches most of its segments from the left. Parameters are never empty. */
  find(path: string): T | undefined;
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  /** Most literal text first. */
  patterns: readonly Pattern<T>[];
  value?: T | undefined;
}

interface Pattern<T> {
  readonly key: string;
  readonly matches: (segment: string) => unknown;
  readonly node: Node<T>;
}

export function createPathTree<T>(): PathTree<T> {
  const root: Node<T> = { literals: new Map(), patterns: [] };
  /** What has no parameters, found without walking. */
  const plain = new Map<string, T>();
  let size = 0;

  const nodeOf = (template: string, make: boolean) => {
    let node: Node<T> | undefined = root;
    for (const segment of segmentsOf(template)) node = node && child(node, segment, make);
    return node;
  };

  return {
    get size() {
      return size;
    },
    get: (template) => nodeOf(template, false)?.value,
    set(template, value) {
      const node = nodeOf(template, true)!;
      if (node.value === undefined) size += 1;
      node.value = value;
      if (!template.includes('{')) plain.set(template, value);
    },
    delete(template) {
      const node = nodeOf(template, false);
      if (node?.value === undefined) return;
      node.value = undefined;
      plain.delete(template);
      size -= 1;
    },
    find: (path) => plain.get(path) ?? search(root, segmentsOf(path)),
  };
}

/** The root has none. */
const segmentsOf = (path: string) => path.split('/').slice(1);

function child<T>(node: Node<T>, segment: string, make: boolean): Node<T> | undefined {
  if (!segment.includes('{')) {
    const found = node.literals.get(segment);
    if (found || !make) return found;
    const made: Node<T> = { literals: new Map(), patterns: [] };
    node.literals.set(segment, made);
    return made;
  }
  const key = segment.replace(/\{[^{}]*\}/g, '{}');
  const found = node.patterns.find((pattern) => pattern.key === key);
  if (found || !make) return found?.node;
  const made: Pattern<T> = { key, matches: segmentMatcher(key), node: { literals: new Map(), patterns: [] } };
  node.patterns = [...node.patterns, made].sort((a, b) => literalLength(b) - literalLength(a));
  return made.node;
}

const literalLength = ({ key }: { readonly key: string }) => key.replaceAll('{}', '').length;

/** Each node is looked at once at most. */
function search<T>(root: Node<T>, segments: readonly string[]): T | undefined {
  let best: { readonly value: T; readonly depth: number } | undefined;

  function walk(node: Node<T>, depth: number): boolean {
    if (node.value !== undefined && depth > (best?.depth ?? -1)) best = { value: node.value, depth };
    if (depth === segments.length) return node.value !== undefined;
    const segment = segments[depth]!;
    const literal = node.literals.get(segment);
    if (literal && walk(literal, depth + 1)) return true;
    return (
      segment !== '' &&
      node.patterns.some(({ matches, node: next }) => matches(segment) !== undefined && walk(next, depth + 1))
    );
  }

  walk(root, 0);
  return best?.value;
}
