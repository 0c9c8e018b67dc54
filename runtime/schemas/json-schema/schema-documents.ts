/** Reads a JSON Schema and the files that it refers to; references between files become absolute, so that ajv finds them. */
import { posix } from 'node:path';
import type { Finding } from '../../contracts/finding.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import { finding } from '../../errors/finding.ts';
import type { SchemaFiles } from '../schema-files.ts';
import { locatePointers } from './locate-pointers.ts';
import type { JsonNode } from './logical-type.ts';
import { parseJson } from './read-json.ts';
import { escapePointer } from './scan-json.ts';

/** Where a file stands in ajv's world of URIs. */
export const uriOf = (file: string) => `guildhall:/${file}`;

export interface SchemaDocuments {
  /** By file. */
  readonly documents: ReadonlyMap<string, JsonNode>;
  readonly findings: readonly Finding[];
}

export function readSchemaDocuments(file: string, files: SchemaFiles): SchemaDocuments {
  const documents = new Map<string, JsonNode>();
  const findings: Finding[] = [];
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (documents.has(next)) continue;
    const parsed = parseDocument(next, files.read(next) ?? '', findings);
    if (parsed === undefined) continue;
    const rewriter = new Rewriter(next, files, parsed);
    documents.set(next, rewriter.document());
    findings.push(...rewriter.findings);
    waiting.push(...rewriter.referred);
  }
  return { documents, findings };
}

function parseDocument(file: string, text: string, findings: Finding[]): JsonNode | undefined {
  try {
    const value = parseJson(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'boolean' || (typeof value === 'object' && value !== null)) return value as JsonNode;
    findings.push(finding('SCHEMA_INVALID', at(file), { file, reason: 'a JSON Schema is an object' }));
  } catch (thrown) {
    if (!isBusError(thrown)) throw thrown;
    const place = /at (\d+):(\d+)/.exec(thrown.message);
    const where = { ...at(file), ...(place ? { line: Number(place[1]), column: Number(place[2]) } : {}) };
    findings.push(finding('SCHEMA_INVALID', where, { file, reason: thrown.message.replace(/\.$/, '') }));
  }
  return undefined;
}

const at = (file: string) => ({ file, line: 1, column: 1, path: '' });

class Rewriter {
  readonly referred: string[] = [];
  readonly findings: Finding[] = [];
  readonly #file: string;
  readonly #files: SchemaFiles;
  readonly #parsed: JsonNode;

  constructor(file: string, files: SchemaFiles, parsed: JsonNode) {
    this.#file = file;
    this.#files = files;
    this.#parsed = parsed;
  }

  document(): JsonNode {
    const document = this.#rewrite(this.#parsed, '') as JsonNode;
    return typeof document === 'boolean' ? document : { ...document, $id: uriOf(this.#file) };
  }

  /** `named`: within a schema that has an `$id` of its own, which `#` then means. */
  #rewrite(node: unknown, pointer: string, named = false): unknown {
    if (Array.isArray(node)) return node.map((item, index) => this.#rewrite(item, `${pointer}/${index}`, named));
    if (typeof node !== 'object' || node === null) return node;
    const own = named || (pointer !== '' && typeof (node as { $id?: unknown }).$id === 'string');
    const entries = Object.entries(node).map(([key, value]): [string, unknown] => {
      const inside = `${pointer}/${escapePointer(key)}`;
      const reference = key === '$ref' && typeof value === 'string' && !(own && value.startsWith('#'));
      return [key, reference ? this.#absolute(value as string, inside) : this.#rewrite(value, inside, own)];
    });
    return Object.fromEntries(entries);
  }

  #absolute(reference: string, pointer: string): string {
    if (reference.startsWith('#')) return `${uriOf(this.#file)}${reference}`;
    const [path = '', fragment = ''] = reference.split('#');
    if (typeof this.#parsed === 'object' && this.#parsed['$id'] === path) return `${uriOf(this.#file)}#${fragment}`;
    if (/^[a-z][a-z0-9+.-]*:/i.test(path) && !this.#files.read(this.#beside(posix.basename(path)))) return reference;
    const target = this.#beside(/^[a-z][a-z0-9+.-]*:/i.test(path) ? posix.basename(path) : path);
    if (this.#files.read(target) === undefined) {
      const text = this.#files.read(this.#file) ?? '';
      const place = locatePointers(text, [pointer]).get(pointer) ?? { line: 1, column: 1 };
      const options = { unknown: { name: target, known: this.#files.known } };
      const where = { file: this.#file, ...place, path: pointer };
      this.findings.push(finding('SCHEMA_FILE_UNKNOWN', where, { file: target }, options));
      return reference;
    }
    this.referred.push(target);
    return `${uriOf(target)}#${fragment}`;
  }

  #beside(path: string): string {
    return posix.normalize(posix.join(posix.dirname(this.#file), path));
  }
}
