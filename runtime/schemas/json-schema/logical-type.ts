/** The logical type of a JSON Schema: what maps and expressions may count on. */
import type { Field, LogicalType, ObjectType } from '../../contracts/schema.ts';

export type JsonNode = Readonly<Record<string, unknown>> | boolean;

/** The schema that a reference leads to; undefined where it leads nowhere. */
export type Resolve = (reference: string) => JsonNode | undefined;

const ANY: LogicalType = { kind: 'any' };
const FORMATS: ReadonlySet<unknown> = new Set(['date', 'date-time', 'time']);

export function logicalTypeOf(schema: JsonNode, resolve: Resolve): LogicalType {
  return new Derivation(resolve).typeOf(schema, new Set());
}

class Derivation {
  readonly #resolve: Resolve;
  /** Object types by their node, so that a recursive schema gives a recursive type. */
  readonly #known = new Map<JsonNode, LogicalType>();

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  /** `open` holds the references being followed, so that one that leads back to itself ends. */
  typeOf(node: JsonNode, open: ReadonlySet<JsonNode>): LogicalType {
    if (typeof node === 'boolean' || open.has(node)) return ANY;
    const known = this.#known.get(node);
    if (known) return known;
    const type = this.#derive(node, new Set([...open, node]));
    if (type.kind === 'object') this.#known.set(node, type);
    return type;
  }

  #derive(node: Exclude<JsonNode, boolean>, open: ReadonlySet<JsonNode>): LogicalType {
    const own = this.#ownType(node);
    const parts = [node['$ref'], node['$dynamicRef']]
      .flatMap((reference): JsonNode[] => {
        const found = typeof reference === 'string' ? this.#resolve(reference) : undefined;
        return found === undefined ? [] : [found];
      })
      .concat(nodes(node['allOf']))
      .map((part) => this.typeOf(part, open));
    for (const key of ['oneOf', 'anyOf']) {
      const branches = nodes(node[key]).map((part) => this.typeOf(part, open));
      if (branches.length > 0) parts.push(unionOf(branches));
    }
    for (const key of ['then', 'else']) {
      const branch = node[key] as JsonNode | undefined;
      if (branch !== undefined) parts.push(optional(this.typeOf(branch, open)));
    }
    return [own, ...parts].reduce(intersectionOf);
  }

  #ownType(node: Exclude<JsonNode, boolean>): LogicalType {
    const values = node['enum'] ?? (Object.hasOwn(node, 'const') ? [node['const']] : undefined);
    switch (kindOf(node, values)) {
      case 'object':
        return this.#objectType(node);
      case 'array':
        return this.#listType(node);
      case 'string':
        return stringType(node, values);
      case 'integer':
        return { kind: 'integer' };
      case 'number':
        return { kind: 'number' };
      case 'boolean':
        return { kind: 'boolean' };
      case 'null':
        return { kind: 'null' };
      default:
        return ANY;
    }
  }

  /** A list type is as lazy as an object type: its items may lead back to it. */
  #listType(node: Exclude<JsonNode, boolean>): LogicalType {
    const items = node['items'] as JsonNode | undefined;
    let of: LogicalType | undefined;
    const derive = () => (items === undefined || Array.isArray(items) ? ANY : this.typeOf(items, new Set()));
    return {
      kind: 'list',
      get of() {
        of ??= derive();
        return of;
      },
    };
  }

  #objectType(node: Exclude<JsonNode, boolean>): ObjectType {
    const required = new Set(Array.isArray(node['required']) ? node['required'] : []);
    const properties = Object.entries((node['properties'] ?? {}) as Record<string, JsonNode>);
    const fields = lazy(() => {
      const entries = properties.map(([name, property]): [string, Field] => [
        name,
        { type: this.typeOf(property, new Set()), required: required.has(name) },
      ]);
      for (const name of required) {
        if (!properties.some(([known]) => known === name)) entries.push([String(name), { type: ANY, required: true }]);
      }
      return new Map(entries);
    });
    const title = node['title'];
    return {
      kind: 'object',
      fields,
      open: isOpen(node, properties.length),
      ...(typeof title === 'string' ? { name: title } : {}),
    };
  }
}

/**
 * JSON Schema lets names beyond its `properties` pass unless it forbids them. Who lists properties means them, though, and
 * wants to hear of a misspelt one, so other names count as possible only where the schema speaks of them, or lists none.
 */
function isOpen(node: Exclude<JsonNode, boolean>, listed: number): boolean {
  const { additionalProperties, unevaluatedProperties, patternProperties } = node;
  if (additionalProperties === false || unevaluatedProperties === false) return false;
  const spokenOf = [additionalProperties, unevaluatedProperties, patternProperties].some(
    (value) => value !== undefined,
  );
  return spokenOf || listed === 0;
}

function kindOf(node: Exclude<JsonNode, boolean>, values: unknown): string | undefined {
  const declared = node['type'];
  const types = (Array.isArray(declared) ? declared : [declared]).filter(
    (type) => type !== 'null' && type !== undefined,
  );
  if (types.length === 1) return types[0] as string;
  if (types.length === 0 && declared !== undefined) return 'null';
  if (types.length > 1) return types.every((type) => type === 'integer' || type === 'number') ? 'number' : undefined;
  if (Array.isArray(values)) return values.every((value) => typeof value === 'string') ? 'string' : undefined;
  if (node['properties'] || node['required']) return 'object';
  return node['items'] === undefined ? undefined : 'array';
}

function stringType(node: Exclude<JsonNode, boolean>, values: unknown): LogicalType {
  const format = node['format'];
  const maxLength = node['maxLength'];
  return {
    kind: 'string',
    ...(FORMATS.has(format) ? { format: format as 'date' } : {}),
    ...(Array.isArray(values) ? { values: values.filter((value) => typeof value === 'string') } : {}),
    ...(typeof maxLength === 'number' ? { maxLength } : {}),
  };
}

/** What holds of a value that satisfies both. */
function intersectionOf(left: LogicalType, right: LogicalType): LogicalType {
  if (left.kind === 'any') return right;
  if (right.kind === 'any') return left;
  if (left.kind === 'object' && right.kind === 'object') {
    return { ...left, fields: lazy(() => mergedFields(left, right)), open: left.open && right.open };
  }
  if (left.kind === 'number' && right.kind === 'integer') return right;
  return left.kind === right.kind ? { ...right, ...left } : left;
}

function mergedFields(left: ObjectType, right: ObjectType): Map<string, Field> {
  const merged = new Map(left.fields());
  for (const [name, field] of right.fields()) {
    const other = merged.get(name);
    merged.set(name, other ? bothFields(other, field) : field);
  }
  return merged;
}

const bothFields = (left: Field, right: Field): Field => ({
  type: intersectionOf(left.type, right.type),
  required: left.required || right.required,
});

/** What holds of a value that satisfies any of them. */
function unionOf(branches: readonly LogicalType[]): LogicalType {
  const present = branches.filter((branch) => branch.kind !== 'null');
  const [first, ...rest] = present;
  return first ? rest.reduce(eitherOf, first) : { kind: 'null' };
}

function eitherOf(left: LogicalType, right: LogicalType): LogicalType {
  if (left.kind === 'object' && right.kind === 'object') {
    return { kind: 'object', fields: lazy(() => eitherFields(left, right)), open: left.open || right.open };
  }
  if (left.kind === 'string' && right.kind === 'string') return eitherString(left, right);
  if (left.kind === right.kind && left.kind !== 'list') return left;
  const numeric = [left.kind, right.kind].every((kind) => kind === 'integer' || kind === 'number');
  return numeric ? { kind: 'number' } : left.kind === 'list' && right.kind === 'list' ? eitherList(left, right) : ANY;
}

type StringType = Extract<LogicalType, { kind: 'string' }>;
type ListType = Extract<LogicalType, { kind: 'list' }>;

function eitherString(left: StringType, right: StringType): LogicalType {
  const values = left.values && right.values ? { values: [...left.values, ...right.values] } : {};
  return { kind: 'string', ...values, ...(left.format && left.format === right.format ? { format: left.format } : {}) };
}

const eitherList = (left: ListType, right: ListType): LogicalType => ({
  kind: 'list',
  get of() {
    return eitherOf(left.of, right.of);
  },
});

function eitherFields(left: ObjectType, right: ObjectType): Map<string, Field> {
  const merged = new Map<string, Field>();
  for (const [name, field] of left.fields()) {
    const other = right.fields().get(name);
    const required = field.required && other?.required === true;
    merged.set(name, { type: other ? eitherOf(field.type, other.type) : field.type, required });
  }
  for (const [name, field] of right.fields()) if (!merged.has(name)) merged.set(name, { ...field, required: false });
  return merged;
}

/** An object whose fields may all be absent, as under a condition. */
function optional(type: LogicalType): LogicalType {
  if (type.kind !== 'object') return ANY;
  const fields = lazy(() => new Map([...type.fields()].map(([name, field]) => [name, { ...field, required: false }])));
  return { ...type, fields, open: true };
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const nodes = (value: unknown): JsonNode[] => (Array.isArray(value) ? (value as JsonNode[]) : []);
