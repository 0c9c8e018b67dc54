/** A value that a schema of an OpenAPI document takes, made of what it says; the same each time. */
import type { At, Documents } from '../../../../runtime/openapi/documents.ts';
import { asList, asNode, isNode } from '../../../../runtime/openapi/node.ts';

/** Beyond it only what must be there is. */
const DEEP = 4;
const DEEPEST = 12;

export type Way = 'request' | 'response';

export function sampleOf(documents: Documents, at: At, way: Way, depth = 0): unknown {
  const found = documents.resolved(at);
  const node = asNode(found.value);
  const inner = (key: string, value: unknown): At => ({ file: found.file, keys: [...found.keys, key], value });
  if (depth > DEEPEST) return null;
  for (const key of ['const', 'example', 'default']) if (node[key] !== undefined) return node[key];
  const examples = asList(node['examples']);
  if (examples.length > 0) return examples[0];
  if (asList(node['enum']).length > 0) return asList(node['enum'])[0];
  const all = asList(node['allOf']);
  if (all.length > 0) {
    const parts = all.map((part, index) => sampleOf(documents, inner(`allOf/${index}`, part), way, depth));
    const own = isObject(node) ? [objectOf(documents, found, way, depth)] : [];
    const objects = [...parts, ...own].filter(isNode);
    return objects.length > 0 ? Object.assign({}, ...objects) : parts[0];
  }
  for (const key of ['oneOf', 'anyOf']) {
    const choices = asList(node[key]);
    const chosen = choices.find((choice) => asNode(choice)['type'] !== 'null') ?? choices[0];
    if (chosen === undefined) continue;
    const value = sampleOf(documents, inner(key, chosen), way, depth);
    return isNode(value) && isObject(node) ? { ...objectOf(documents, found, way, depth), ...value } : value;
  }
  const type = [node['type']].flat().find((each) => each !== 'null');
  if (isObject(node)) return objectOf(documents, found, way, depth);
  if (type === 'array') {
    const count = Math.max(1, Number(node['minItems'] ?? 1));
    return Array.from({ length: count }, () => sampleOf(documents, inner('items', node['items']), way, depth + 1));
  }
  return scalarOf(type, node);
}

const isObject = (node: ReturnType<typeof asNode>) => node['type'] === 'object' || node['properties'] !== undefined;

function objectOf(documents: Documents, at: At, way: Way, depth: number): Record<string, unknown> {
  const node = asNode(at.value);
  const required = asList(node['required']).map(String);
  const hidden = way === 'request' ? 'readOnly' : 'writeOnly';
  const fields = Object.entries(asNode(node['properties'])).filter(
    ([name, schema]) => asNode(schema)[hidden] !== true && (depth < DEEP || required.includes(name)),
  );
  return Object.fromEntries(
    fields.map(([name, value]) => {
      const inner = { file: at.file, keys: [...at.keys, 'properties', name], value };
      return [name, sampleOf(documents, inner, way, depth + 1)];
    }),
  );
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-06-01',
  'date-time': '2026-06-01T08:00:00Z',
  time: '08:00:00Z',
  email: 'a@example.org',
  uuid: '6f1e0a52-9c0d-4f7e-8a52-0123456789ab',
  uri: 'https://example.org/a',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  byte: 'YQ==',
};

function scalarOf(type: unknown, node: ReturnType<typeof asNode>): unknown {
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') {
    const least = Number(node['minimum'] ?? node['exclusiveMinimum'] ?? 1);
    const most = Number(node['maximum'] ?? Number.POSITIVE_INFINITY);
    const step = Number(node['multipleOf'] ?? 1);
    return Math.min(
      Math.ceil((typeof node['exclusiveMinimum'] === 'number' ? least + step : least) / step) * step,
      most,
    );
  }
  const known = FORMATS[String(node['format'])];
  if (known !== undefined) return known;
  if (type !== 'string') return 'a';
  if (node['pattern'] === '^P[0-9]{3}$') return 'P123';
  const length = Math.min(Math.max(1, Number(node['minLength'] ?? 1)), Number(node['maxLength'] ?? 100));
  return 'a'.repeat(length);
}
