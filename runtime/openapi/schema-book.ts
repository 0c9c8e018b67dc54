/**
 * Compiles the schemas of a contract for one direction, each when it is first asked for: those that must not be in a request (readOnly)
 * are not required there, nor in an answer those of requests (writeOnly).
 */
import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { Violation } from '../contracts/schema.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { jsonViolations } from '../schemas/json-schema/json-violations.ts';
import type { At, Documents } from './documents.ts';
import { jsonSchemaOf } from './json-schema-of.ts';
import { asList, asNode, type Node } from './node.ts';

export type Way = 'request' | 'response';

export interface ContractSchema {
  /** As JSON Schema 2020-12, whose references lead into the definitions of the book. */
  readonly schema: unknown;
  /** The types that a value may have, as far as they are told; empty where it may be anything. */
  readonly types: ReadonlySet<string>;
  /** The schema of a field or, as `*`, of any other field and of the items of a list. */
  inner(key: string): ContractSchema | undefined;
  /** Of an object: the fields that it names. */
  readonly fields: readonly string[];
  readonly standard: unknown;
  /** Empty where the value keeps to the schema. Throws ContractProblem where the schema is none. */
  check(value: unknown): readonly Violation[];
}

const BASE = 'guildhall:contract';

export class SchemaBook {
  readonly #documents: Documents;
  readonly #way: Way;
  readonly #names = new Map<string, string>();
  readonly #defined: Record<string, unknown> = {};
  #ajv: Ajv2020 | undefined;

  constructor(documents: Documents, way: Way) {
    this.#documents = documents;
    this.#way = way;
  }

  /** Throws ContractProblem where a reference leads nowhere. */
  schemaAt(at: At): ContractSchema {
    return this.#wrapped(this.#converted(at), at);
  }

  #converted(at: At): unknown {
    const dropped = this.#way === 'request' ? 'readOnly' : 'writeOnly';
    return jsonSchemaOf(at.value, (reference) => this.#referred(reference, at), dropped);
  }

  #referred(reference: string, from: At): string {
    const target = this.#documents.target(reference, from);
    const key = `${target.file}#/${target.keys.join('/')}`;
    const known = this.#names.get(key);
    if (known !== undefined) return `${BASE}#/$defs/${known}`;
    const name = `s${this.#names.size}`;
    this.#names.set(key, name);
    this.#defined[name] = true; // It may refer to itself.
    this.#defined[name] = this.#converted(target);
    return `${BASE}#/$defs/${name}`;
  }

  #wrapped(schema: unknown, at: At): ContractSchema {
    let compiled: ((value: unknown) => readonly Violation[]) | undefined;
    const flat = () => this.#flattened(schema);
    return {
      schema,
      get types() {
        return new Set(
          flat().flatMap((node) => asList(node['type'] === undefined ? [] : [node['type']].flat()).map(String)),
        );
      },
      get fields() {
        return flat().flatMap((node) => Object.keys(asNode(node['properties'])));
      },
      get standard() {
        return flat().find((node) => node['default'] !== undefined)?.['default'];
      },
      inner: (key) => {
        const [found] = flat().flatMap((node) => innerOf(node, key));
        return found === undefined ? undefined : this.#wrapped(found, at);
      },
      check: (value) => {
        compiled ??= this.#compile(schema, at);
        return compiled(value);
      },
    };
  }

  /** It, what it refers to and what it is made of: enough to tell of what type a text is meant to be. */
  #flattened(schema: unknown, depth = 0): Node[] {
    const node = asNode(schema);
    if (depth > 8) return [];
    const name = /^guildhall:contract#\/\$defs\/(.+)$/.exec(String(node['$ref'] ?? ''))?.[1];
    const parts = [...asList(node['allOf']), ...asList(node['anyOf']), ...asList(node['oneOf'])];
    const referred = name === undefined ? [] : [this.#defined[name]];
    return [node, ...[...referred, ...parts].flatMap((part) => this.#flattened(part, depth + 1))];
  }

  #compile(schema: unknown, at: At): (value: unknown) => readonly Violation[] {
    try {
      const validate = this.#compiler().compile<unknown>(schema as object);
      return (value) => (validate(value) ? [] : jsonViolations((validate.errors ?? []) as ErrorObject[]));
    } catch (thrown) {
      const reason = reasonOf(thrown).replaceAll(BASE, '').replace(/\.$/, '');
      throw this.#documents.problem(`the schema cannot be used: ${reason}`, at);
    }
  }

  /** Made once the whole contract is read: all definitions are there. */
  #compiler(): Ajv2020 {
    if (this.#ajv) return this.#ajv;
    const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false, logger: false });
    ajvFormats.default(ajv);
    ajv.addSchema({ $id: BASE, $defs: this.#defined }, BASE, false, false);
    this.#ajv = ajv;
    return ajv;
  }
}

function innerOf(node: Node, key: string): unknown[] {
  const named = asNode(node['properties'])[key];
  if (key !== '*') return named === undefined ? [] : [named];
  const others = [node['items'], node['additionalProperties']];
  return others.filter((inner) => typeof inner === 'object' && inner !== null);
}
