/** Compiles a JSON Schema file (draft 2020-12, 2019-09 or 7) once, for all message types that use it. */
import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { Finding } from '../../contracts/finding.ts';
import type { LogicalType } from '../../contracts/schema.ts';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { finding } from '../../errors/finding.ts';
import type { SchemaFiles } from '../schema-files.ts';
import { locatePointers } from './locate-pointers.ts';
import { type JsonNode, logicalTypeOf, type Resolve } from './logical-type.ts';
import { readSchemaDocuments, uriOf } from './schema-documents.ts';

export interface JsonSchemaFile {
  readonly document: LogicalType;
  /** As it is written, and how its references are followed. */
  readonly root: JsonNode;
  readonly resolve: Resolve;
  /** Empty where the value keeps to the schema. */
  check(value: unknown): readonly ErrorObject[];
}

export interface CompiledJsonSchemaFile {
  readonly schema?: JsonSchemaFile;
  readonly findings: readonly Finding[];
}

/** Annotations of OpenAPI that say nothing about validity. */
const ANNOTATIONS = ['xml', 'example', 'discriminator', 'externalDocs'];

const OPTIONS: Options = {
  allErrors: true,
  verbose: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  allowMatchingProperties: true,
  logger: false,
};

export function compileJsonSchema(file: string, files: SchemaFiles): CompiledJsonSchemaFile {
  const { documents, findings } = readSchemaDocuments(file, files);
  const root = documents.get(file);
  if (root === undefined || findings.length > 0) return { findings };
  const ajv = ajvFor(root);
  ajv.addVocabulary([...ANNOTATIONS, ...extensionsIn([...documents.values()])]);
  const problem = (reason: string, pointer = '') => {
    const place = locatePointers(files.read(file) ?? '', [pointer]).get(pointer) ?? { line: 1, column: 1 };
    return { findings: [finding('SCHEMA_INVALID', { file, ...place, path: pointer }, { file, reason })] };
  };
  try {
    for (const [name, document] of documents) if (name !== file) ajv.addSchema(document as object, uriOf(name));
    const validate = ajv.compile<unknown>(root as object);
    const resolve = resolver(file, documents);
    const document = logicalTypeOf(root, resolve);
    return {
      schema: { document, root, resolve, check: (value) => (validate(value) ? [] : (validate.errors ?? [])) },
      findings,
    };
  } catch (thrown) {
    const [first] = ajv.errors ?? [];
    if (thrown instanceof RangeError) return problem('its references lead in a circle');
    const told = first ? `${first.instancePath || 'it'} ${first.message}` : reasonOf(thrown);
    return problem(told.replaceAll('guildhall:/', '').replace(/\.$/, ''), first?.instancePath ?? '');
  }
}

function ajvFor(root: JsonNode): Ajv {
  const dialect = typeof root === 'object' ? String(root['$schema'] ?? '') : '';
  const ajv = dialect.includes('draft-07')
    ? new Ajv(OPTIONS)
    : dialect.includes('2019-09')
      ? new Ajv2019(OPTIONS)
      : new Ajv2020(OPTIONS);
  ajvFormats.default(ajv);
  return ajv;
}

/** Keywords that begin with `x-`, wherever they stand. */
function extensionsIn(documents: readonly JsonNode[]): string[] {
  const found = new Set<string>();
  JSON.stringify(documents, (key, value: unknown) => {
    if (key.startsWith('x-')) found.add(key);
    return value;
  });
  return [...found];
}

function resolver(file: string, documents: ReadonlyMap<string, JsonNode>) {
  return (reference: string): JsonNode | undefined => {
    const [uri = '', fragment = ''] = reference.split('#');
    const document = documents.get(uri === '' ? file : uri.slice(uriOf('').length));
    if (!fragment.startsWith('/')) return fragment === '' ? document : anchored(document, fragment);
    let node: unknown = document;
    for (const step of fragment.split('/').slice(1)) {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
    }
    return node as JsonNode | undefined;
  };
}

function anchored(node: unknown, name: string): JsonNode | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { $anchor, $dynamicAnchor } = node as Record<string, unknown>;
  if ($anchor === name || $dynamicAnchor === name) return node as JsonNode;
  for (const inside of Object.values(node)) {
    const found = anchored(inside, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
