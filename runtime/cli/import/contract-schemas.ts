/** The schemas of an OpenAPI document and of those that it refers to, as JSON Schemas of the solution. */
import { posix } from 'node:path';
import { jsonSchemaOf } from '../../openapi/json-schema-of.ts';
import { asNode, type Node } from '../../openapi/node.ts';
import { isSwagger2 } from '../../openapi/swagger-2.ts';
import { failed } from './gather.ts';

/** A part of a document, which may refer to others. */
export interface At {
  readonly node: Node;
  readonly file: string;
}

/** The schemas that one document defines here, under the pointers at which they stand there. */
interface Defined {
  readonly names: Map<string, string>;
  readonly schemas: Record<string, unknown>;
}

const escaped = (step: string) => step.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (step: string) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');

export class ContractSchemas {
  readonly #name: string;
  readonly #documents: ReadonlyMap<string, Node>;
  readonly #defined = new Map<string, Defined>();

  /** `name`: the folder below schemas/. */
  constructor(name: string, documents: ReadonlyMap<string, Node>) {
    this.#name = name;
    this.#documents = documents;
    for (const file of documents.keys()) this.#components(file);
  }

  /** As JSON Schema 2020-12. */
  made({ node, file: from }: At): Node {
    return asNode(jsonSchemaOf(node, (reference) => this.#referred(reference, from)));
  }

  /** The files of what was referred to. */
  definitions(): Map<string, string> {
    return new Map(
      [...this.#defined].map(([file, { schemas }]) => [this.#definitions(file), schemaText({ $defs: schemas })]),
    );
  }

  /** The named schemas of a document. */
  #components(file: string): void {
    const document = this.#documents.get(file)!;
    const schemas = asNode(asNode(document['components'])['schemas']);
    for (const name of Object.keys(schemas)) this.#define(file, `/components/schemas/${escaped(name)}`, name);
    const definitions = isSwagger2(document) ? asNode(document['definitions']) : {};
    for (const name of Object.keys(definitions)) this.#define(file, `/definitions/${escaped(name)}`, name);
  }

  /** What the definitions of its document call the schema at the pointer; defines it where it is new. */
  #define(file: string, pointer: string, wanted: string): string {
    const made = this.#defined.get(file) ?? { names: new Map<string, string>(), schemas: {} };
    this.#defined.set(file, made);
    const known = made.names.get(pointer);
    if (known !== undefined) return known;
    let name = wanted;
    for (let count = 2; name in made.schemas; count += 1) name = `${wanted}-${count}`;
    made.names.set(pointer, name);
    made.schemas[name] = true; // It may refer to itself.
    const found = this.#at(file, pointer);
    if (found === undefined) throw failed(file, `there is nothing at #${pointer}, which a schema refers to`);
    made.schemas[name] = jsonSchemaOf(found, (reference) => this.#referred(reference, file));
    return name;
  }

  #definitions = (file: string) =>
    `schemas/${this.#name}/${posix.basename(file, posix.extname(file))}.definitions.json`;

  /** What a reference in `file` is called in a schema of the same folder. */
  #referred(reference: string, file: string): string {
    const [target = '', pointer = ''] = reference.split('#');
    const own = target === '' ? file : target;
    const named = /^\/(?:components\/schemas|definitions)\/([^/]+)$/.exec(pointer)?.[1];
    const last = pointer.split('/').at(-1) || posix.basename(own, posix.extname(own));
    const name = this.#define(own, pointer, unescaped(named ?? last));
    return `${posix.basename(this.#definitions(own))}#/$defs/${escaped(name)}`;
  }

  #at(file: string, pointer: string): unknown {
    if (pointer !== '' && !pointer.startsWith('/')) return anchored(this.#documents.get(file), pointer);
    const steps = pointer.split('/').slice(1).map(unescaped);
    return steps.reduce<unknown>(
      (at, step) => (Array.isArray(at) ? at[Number(step)] : asNode(at)[step]),
      this.#documents.get(file),
    );
  }

  /** What a reference leads to, in whichever document; itself where it is none. */
  resolved(value: unknown, file: string): At {
    const node = asNode(value);
    const reference = node['$ref'];
    if (typeof reference !== 'string') return { node, file };
    const [target = '', pointer = ''] = reference.split('#');
    const own = target === '' ? file : target.replace(/^\.\//, '');
    return { node: asNode(this.#at(own, pointer)), file: own };
  }
}

/** The schema that calls itself so. */
function anchored(value: unknown, anchor: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if ((value as Node)['$anchor'] === anchor) return value;
  for (const inner of Object.values(value)) {
    const found = anchored(inner, anchor);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const schemaText = (schema: Node): string =>
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }, undefined, 2)}\n`;
