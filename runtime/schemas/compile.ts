/** Compiles the message types of a solution with their schemas; every schema file once, whatever number of types use it. */
import type { Finding } from '../contracts/finding.ts';
import type { CompiledSchema, LogicalType, SchemaSet } from '../contracts/schema.ts';
import type { Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { createCsvSchema } from './csv/csv-schema.ts';
import { createLayout, isCell } from './csv/layout.ts';
import { layoutOfXsd } from './flat-file/annotations.ts';
import { findNode } from './flat-file/find-node.ts';
import { createFlatSchema } from './flat-file/flat-schema.ts';
import { typeOfNode } from './flat-file/logical-type.ts';
import { type ParsedLayout, parseLayout } from './flat-file/parse-layout.ts';
import { xmlForm } from './flat-file/xml-form.ts';
import { type CompiledJsonSchemaFile, compileJsonSchema } from './json-schema/compile-json-schema.ts';
import { createJsonMessage } from './json-schema/json-message.ts';
import { bindXml } from './json-xml/binding.ts';
import { checkAnnotations } from './json-xml/check-annotations.ts';
import { createJsonXmlMessage } from './json-xml/json-xml-message.ts';
import { type MessageFile, readMessageFile } from './message-file.ts';
import { compilePromotions, type Promote, type Promotion, resolvePath } from './promotion.ts';
import type { SchemaFiles } from './schema-files.ts';
import { createSchemaSet } from './schema-set.ts';
import { findRoot } from './xml/find-root.ts';
import { createPlainXmlMessage } from './xml/plain.ts';
import { createXmlMessage } from './xml/xml-message.ts';
import { type CompiledXsd, compileXsd } from './xml/xsd/compile-xsd.ts';

export interface SchemasInput {
  readonly messages: readonly Source[];
  /** The *.flat.yaml files, by path. */
  readonly flats?: ReadonlyMap<string, Source>;
  /** The text of a file relative to the solution's folder. */
  readonly read: (path: string) => string | undefined;
  /** The files that there are, for suggestions. */
  readonly files?: Iterable<string>;
}

export interface CompiledSchemas {
  readonly schemas: SchemaSet;
  readonly findings: readonly Finding[];
}

export function compileSchemas(input: SchemasInput): CompiledSchemas {
  const compiler = new Compiler({ read: input.read, known: [...(input.files ?? [])] }, input.flats ?? new Map());
  for (const source of input.messages) compiler.add(source);
  return compiler.finish();
}

interface Declared {
  readonly type: string;
  readonly kind: LogicalType;
}

class Compiler {
  readonly #files: SchemaFiles;
  readonly #findings: Finding[] = [];
  readonly #schemas: CompiledSchema[] = [];
  readonly #declaredAt = new Map<string, Source>();
  readonly #properties = new Map<string, Declared>();
  readonly #jsonFiles = new Map<string, CompiledJsonSchemaFile>();
  readonly #xsdFiles = new Map<string, CompiledXsd>();
  readonly #annotated = new Map<string, { readonly findings: readonly Finding[] }>();
  readonly #flats: ReadonlyMap<string, Source>;
  readonly #layouts = new Map<string, ParsedLayout>();

  constructor(files: SchemaFiles, flats: ReadonlyMap<string, Source>) {
    this.#files = files;
    this.#flats = flats;
  }

  add(source: Source): void {
    const message = readMessageFile(source, this.#files, this.#findings);
    if (!message || !this.#isNew(message)) return;
    const schema = this.#compile(message);
    if (schema) this.#schemas.push(schema);
  }

  finish(): CompiledSchemas {
    const properties = new Map([...this.#properties].map(([name, declared]) => [name, declared.kind]));
    return { schemas: createSchemaSet(this.#schemas, properties), findings: this.#findings };
  }

  #isNew({ type, source }: MessageFile): boolean {
    const other = this.#declaredAt.get(type);
    this.#declaredAt.set(type, other ?? source);
    if (!other) return true;
    for (const [here, there] of [
      [source, other],
      [other, source],
    ] as const) {
      const { file, line } = there.locate(['message']);
      this.#report('MESSAGE_DUPLICATE', here, ['message'], { name: type, other: `${file}:${line}` });
    }
    return false;
  }

  #compile(message: MessageFile): CompiledSchema | undefined {
    const schema = this.#compileFormat(message);
    return schema && { ...schema, promotes: Object.keys(message.promote) };
  }

  #compileFormat(message: MessageFile): CompiledSchema | undefined {
    if (message.file === undefined)
      return createPlainXmlMessage(message.type, message.root, this.#plainPromotions(message));
    if (message.format === 'flat') return this.#compileFlat(message, message.file);
    if (message.format === 'xml' && message.file.endsWith('.json')) return this.#compileJsonXml(message, message.file);
    return message.format === 'xml'
      ? this.#compileXml(message, message.file)
      : this.#compileJson(message, message.file);
  }

  #compileJson(message: MessageFile, file: string): CompiledSchema | undefined {
    const compiled = once(this.#jsonFiles, file, () => this.#noting(compileJsonSchema(file, this.#files)));
    if (!compiled.schema) return undefined;
    const promote = this.#promotions(message, compiled.schema.document);
    const schema = createJsonMessage(message.type, compiled.schema, promote);
    return message.format === 'json' ? schema : this.#compileCsv(message, file, schema);
  }

  /** By the `xml` annotations of OpenAPI; the root is called as they say, or as the message file does. */
  #compileJsonXml(message: MessageFile, file: string): CompiledSchema | undefined {
    const { schema } = once(this.#jsonFiles, file, () => this.#noting(compileJsonSchema(file, this.#files)));
    if (!schema) return undefined;
    const findings = checkAnnotations(file, this.#files.read(file)!, schema.root, schema.resolve);
    once(this.#annotated, file, () => this.#noting({ findings }));
    if (findings.length > 0) return undefined;
    const element = bindXml(
      schema.root,
      schema.resolve,
      schema.document.kind === 'object' ? (schema.document.name ?? message.type) : message.type,
    );
    const [, uri = element.uri, local] = /^(?:\{([^}]*)\})?(.+)$/.exec(message.root ?? element.local)!;
    const promote = this.#promotions(message, schema.document);
    return createJsonXmlMessage(message.type, schema, { ...element, uri, local: local! }, promote);
  }

  #compileCsv(message: MessageFile, file: string, schema: CompiledSchema): CompiledSchema | undefined {
    const { type, source } = message;
    const record = schema.document;
    const flat = record.kind === 'object' && [...record.fields().values()].every((field) => isCell(field.type));
    if (flat) return createCsvSchema(schema, createLayout(type, record, message.csv));
    const reason = 'a CSV record is an object whose fields are single values';
    this.#report('SCHEMA_INVALID', source, ['schema'], { file, reason });
    return undefined;
  }

  #compileFlat(message: MessageFile, file: string): CompiledSchema | undefined {
    const { layout } = once(this.#layouts, `${file} ${message.root}`, () =>
      this.#noting(this.#layout(file, message.root)),
    );
    if (!layout) return undefined;
    const found = findNode(layout.root, message.record);
    if ('known' in found) {
      const values = { file, record: message.record };
      const options = { unknown: { name: message.record!, known: found.known } };
      this.#findings.push(finding('FLAT_RECORD_UNKNOWN', message.source.locate(['record']), values, options));
      return undefined;
    }
    const promote = this.#promotions(message, typeOfNode(found.node));
    const flat = createFlatSchema(message.type, layout, found.node, promote);
    if (!file.endsWith('.xsd') || found.node !== layout.root) return flat;
    return { ...flat, xml: () => this.#xmlForm(flat, file, layout.name) };
  }

  /** What is wrong with it as a schema of XML matters to those alone who want it so. */
  #xmlForm(flat: CompiledSchema, file: string, name: string): CompiledSchema | undefined {
    const { model } = once(this.#xsdFiles, file, () => compileXsd(file, this.#files));
    const found = model && findRoot(model, name);
    if (found?.kind !== 'found') return undefined;
    const { element } = model!.root(found.name);
    const document = model!.documentOf(element);
    const { type, promote } = flat;
    return xmlForm(flat.document, createXmlMessage({ type, model: model!, root: element, document, promote }), name);
  }

  #layout(file: string, root: string | undefined): ParsedLayout {
    if (file.endsWith('.xsd')) return layoutOfXsd(file, this.#files.read(file)!, root);
    const written = this.#flats.get(file);
    return written ? parseLayout(written) : { findings: [] };
  }

  #compileXml(message: MessageFile, file: string): CompiledSchema | undefined {
    const compiled = once(this.#xsdFiles, file, () => this.#noting(compileXsd(file, this.#files)));
    if (!compiled.model) return undefined;
    const found = findRoot(compiled.model, message.root);
    if (found.kind === 'found') {
      const { element } = this.#noting(compiled.model.root(found.name));
      const document = compiled.model.documentOf(element);
      const promote = this.#promotions(message, document);
      return createXmlMessage({ type: message.type, model: compiled.model, root: element, document, promote });
    }
    const { source } = message;
    if (found.kind === 'unknown') {
      const options = { unknown: { name: message.root!, known: found.known } };
      const where = source.locate(['root']);
      this.#findings.push(finding('ROOT_UNKNOWN', where, { file, root: message.root }, options));
    } else this.#report('ROOT_MISSING', source, ['schema'], { file, count: found.count, names: found.names });
    return undefined;
  }

  /** A file's findings are told once. */
  #noting<T extends { readonly findings: readonly Finding[] }>(compiled: T): T {
    this.#findings.push(...compiled.findings);
    return compiled;
  }

  #promotions({ type, source, promote }: MessageFile, document: LogicalType): Promote {
    const promotions: Promotion[] = [];
    for (const [property, path] of Object.entries(promote)) {
      const place = source.locate(['promote', property]);
      const resolved = resolvePath(document, path);
      if ('keys' in resolved) {
        promotions.push({ property, keys: resolved.keys, type: resolved.type });
        this.#declare(property, type, resolved.type, source);
      } else if (resolved.kind === 'unknown') {
        const unknown = { name: resolved.field, known: resolved.known };
        this.#findings.push(finding('PROMOTE_UNKNOWN_FIELD', place, { type, field: resolved.field }, { unknown }));
      } else {
        const values = { field: resolved.field, kind: resolved.found };
        this.#findings.push(finding('PROMOTE_NOT_SCALAR', place, values));
      }
    }
    return compilePromotions(promotions);
  }

  /** Without a schema every path may exist; what it leads to is text. */
  #plainPromotions({ type, source, promote }: MessageFile): Promote {
    const text: LogicalType = { kind: 'string' };
    const promotions = Object.entries(promote).map(([property, path]) => {
      this.#declare(property, type, text, source);
      return { property, keys: path.split('.'), type: text };
    });
    return compilePromotions(promotions);
  }

  #declare(property: string, type: string, kind: LogicalType, source: Source): void {
    const other = this.#properties.get(property);
    if (!other) this.#properties.set(property, { type, kind });
    else if (other.kind.kind !== kind.kind) {
      const values = { property, kind: kind.kind, other: other.kind.kind, type: other.type };
      this.#report('PROMOTE_CONFLICT', source, ['promote', property], values);
    }
  }

  #report(code: Parameters<typeof finding>[0], source: Source, path: string[], values: Parameters<typeof finding>[2]) {
    this.#findings.push(finding(code, source.locate(path), values));
  }
}

function once<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const made = cache.get(key) ?? make();
  cache.set(key, made);
  return made;
}
