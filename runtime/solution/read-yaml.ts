/** Reads YAML into a Source: plain values that know where they stood. Syntax errors come back as findings, all of them. */
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Finding, Location } from '../contracts/finding.ts';
import type { Path, Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';

export interface ReadYaml {
  readonly source: Source;
  readonly findings: readonly Finding[];
}

export function readYaml(file: string, text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, strict: true });
  const place = (offset: number, path: Path): Location => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    return { file, line: Math.max(1, line), column: Math.max(1, col), path: path.join('.') };
  };
  const findings = [...document.errors, ...document.warnings].map((problem) =>
    finding('YAML_SYNTAX', place(problem.pos[0], []), { reason: problem.message.split('\n')[0]!.replace(/\.$/, '') }),
  );
  const root = document.contents as Node | null;
  const source: Source = {
    file,
    text,
    value: toPlain(document),
    locate: (path, part = 'value', offset = 0) => {
      const found = findNode(root, path);
      const node = part === 'key' && found.exact ? (found.key ?? found.node) : (found.node ?? found.key);
      return place(startOf(node) + (offset > 0 ? offset + quoteOf(node) : 0), path);
    },
  };
  return { source, findings };
}

function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return null; // An unresolved or exploding alias: already among the document's errors.
  }
}

interface Found {
  readonly node: Node | null;
  readonly key: Node | null;
  readonly exact: boolean;
}

function findNode(root: Node | null, path: Path): Found {
  let found: Found = { node: root, key: null, exact: true };
  for (const step of path) {
    const next: Found | undefined = stepInto(found.node, step);
    if (!next) return { ...found, exact: false };
    found = next;
  }
  return found;
}

function stepInto(node: Node | null, step: string | number): Found | undefined {
  if (isMap(node)) {
    const pair = (node.items as Pair[]).find((item) => keyText(item) === String(step));
    return pair && { node: asNode(pair.value), key: asNode(pair.key), exact: true };
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return isNode(item) ? { node: item, key: null, exact: true } : undefined;
  }
  return undefined;
}

const keyText = (pair: Pair) => (isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : undefined);
const asNode = (value: unknown): Node | null => (isNode(value) ? value : null);
const startOf = (node: Node | null) => node?.range?.[0] ?? 0;
const quoteOf = (node: Node | null) =>
  isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') ? 1 : 0;
