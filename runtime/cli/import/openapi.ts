/** `guildhall import openapi`: a REST service's contract, a message type for what goes in and out of each operation, and an application that calls it. */
import { posix } from 'node:path';
import { parse } from 'yaml';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { jsonSchemaOf } from '../../openapi/json-schema-of.ts';
import { asNode, type Node } from '../../openapi/node.ts';
import { isSwagger2, openapiOf } from '../../openapi/swagger-2.ts';
import { failed, type Gathered } from './gather.ts';
import { type Imported, type ImportOptions, messageFile } from './imported.ts';
import { Names } from './names.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** A part of a document, which may refer to others. */
interface At {
  readonly node: Node;
  readonly file: string;
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Where their JSON Schemas stand; undefined where there is no body in JSON. */
  readonly request: At | undefined;
  /** How the request is sent, where not in JSON. */
  readonly form: 'form' | 'multipart' | undefined;
  readonly response: At | undefined;
  /** Of path and query. */
  readonly parameters: readonly Node[];
}

export function importOpenapi({ files }: Gathered, { name, taken }: ImportOptions): Imported {
  const documents = new Map([...files].map(([file, text]) => [file, parsed(file, text)]));
  const [[main, document]] = documents as unknown as [[string, Node]];
  if (!/^3\./.test(String(document['openapi'])))
    throw failed(main, 'it is neither an OpenAPI 3 nor a Swagger 2.0 document');
  return new Importer(name, taken, documents, main).imported([...files]);
}

function parsed(file: string, text: string): Node {
  try {
    const document = asNode(parse(text));
    return isSwagger2(document) ? openapiOf(document) : document;
  } catch (thrown) {
    throw failed(file, reasonOf(thrown));
  }
}

/** The schemas that one document defines here, under the pointers at which they stand there. */
interface Defined {
  readonly names: Map<string, string>;
  readonly schemas: Record<string, unknown>;
}

const escaped = (step: string) => step.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (step: string) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');

class Importer {
  readonly #name: string;
  readonly #documents: ReadonlyMap<string, Node>;
  readonly #main: string;
  readonly #names: Names;
  readonly #files = new Map<string, string>();
  readonly #notes: string[] = [];
  readonly #defined = new Map<string, Defined>();

  constructor(name: string, taken: readonly string[], documents: ReadonlyMap<string, Node>, main: string) {
    this.#name = name;
    this.#documents = documents;
    this.#main = main;
    this.#names = new Names(taken);
  }

  imported(contract: readonly (readonly [string, string])[]): Imported {
    for (const [file, text] of contract) this.#files.set(`schemas/${this.#name}/contract/${file}`, text);
    for (const file of this.#documents.keys()) this.#components(file);
    const operations = this.#operations();
    const ports = operations.flatMap((operation) => this.#port(operation));
    this.#writeDefinitions();
    if (ports.length > 0) {
      const head = [
        `application: ${this.#name}`,
        `description: Calls ${this.#name}, as its OpenAPI document says.`,
        'sendPorts:',
      ];
      this.#files.set(`config/applications/${this.#name}.yaml`, [...head, ...ports, ''].join('\n'));
    } else this.#notes.push(`${this.#main} has no operations.`);
    return { files: this.#files, notes: this.#notes };
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

  #writeDefinitions(): void {
    for (const [file, { schemas }] of this.#defined) {
      this.#files.set(
        this.#definitions(file),
        json({ $schema: 'https://json-schema.org/draft/2020-12/schema', $defs: schemas }),
      );
    }
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

  #operations(): Operation[] {
    const paths = asNode(this.#documents.get(this.#main)!['paths']);
    return Object.entries(paths).flatMap(([path, written]) => {
      const item = this.#resolved(written, this.#main);
      return METHODS.flatMap((method) =>
        item.node[method] === undefined ? [] : [this.#operation(path, method, item)],
      );
    });
  }

  #operation(path: string, method: string, item: At): Operation {
    const { node, file } = this.#resolved(item.node[method], item.file);
    const listed = (of: Node) => (Array.isArray(of['parameters']) ? of['parameters'] : []);
    const parameters = [
      ...listed(item.node).map((each) => this.#resolved(each, item.file).node),
      ...listed(node).map((each) => this.#resolved(each, file).node),
    ].filter(({ in: place }) => place === 'path' || place === 'query');
    const responses = asNode(node['responses']);
    const good = Object.keys(responses)
      .filter((status) => /^2/.test(status))
      .sort()[0];
    return {
      name: String(node['operationId'] ?? `${method} ${path}`),
      method,
      path,
      ...this.#requestOf(node['requestBody'], file),
      response: good === undefined ? undefined : this.#bodyOf(responses[good], file),
      parameters,
    };
  }

  /** What a reference leads to, in whichever document; itself where it is none. */
  #resolved(value: unknown, file: string): At {
    const node = asNode(value);
    const reference = node['$ref'];
    if (typeof reference !== 'string') return { node, file };
    const [target = '', pointer = ''] = reference.split('#');
    const own = target === '' ? file : target.replace(/^\.\//, '');
    return { node: asNode(this.#at(own, pointer)), file: own };
  }

  #requestOf(value: unknown, file: string): Pick<Operation, 'request' | 'form'> {
    const request = this.#bodyOf(value, file);
    if (request) return { request, form: undefined };
    const fields = this.#bodyOf(value, file, /^application\/x-www-form-urlencoded\b/i);
    if (fields) return { request: fields, form: 'form' };
    const parts = this.#bodyOf(value, file, /^multipart\/form-data\b/i);
    return { request: parts, form: parts ? 'multipart' : undefined };
  }

  #bodyOf(value: unknown, from: string, wanted = /^(?:application\/(?:[\w.+-]+\+)?json\b|\*\/\*)/i): At | undefined {
    const { node, file } = this.#resolved(value, from);
    const content = asNode(node['content']);
    const type = Object.keys(content).find((media) => wanted.test(media));
    const schema = type === undefined ? undefined : asNode(content[type])['schema'];
    return schema === undefined ? undefined : { node: asNode(schema), file };
  }

  #schema(type: string, { node, file: from }: At): void {
    const made = jsonSchemaOf(node, (reference) => this.#referred(reference, from));
    const file = `${this.#name}/${type}.schema.json`;
    this.#files.set(
      `schemas/${file}`,
      json({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...asNode(made) }),
    );
  }

  #port({ name, method, path, request, form, response, parameters }: Operation): string[] {
    const port = this.#names.unique(name);
    const asked = this.#names.unique(`${name} request`);
    const bodiless = method === 'get' || method === 'delete';
    if (request === undefined && !bodiless && method !== 'post')
      this.#notes.push(`${name} takes no JSON: its message is made of its parameters alone.`);
    const inPath = parameters.filter(({ in: place }) => place === 'path').map((parameter) => String(parameter['name']));
    this.#schema(asked, request ?? { node: this.#ofParameters(parameters), file: this.#main });
    const promote = request === undefined ? inPath.map((each) => `  ${asked}.${each}: ${each}`) : [];
    const lines = [
      `schema: ${this.#name}/${asked}.schema.json`,
      ...(promote.length > 0 ? ['promote:', ...promote] : []),
    ];
    this.#files.set(
      `schemas/${this.#name}/${asked}.message.yaml`,
      messageFile(asked, `Asks ${name} of ${this.#name}.`, lines),
    );
    const url = path.replace(/\{([^}]+)\}/g, (_, parameter: string) => `{${asked}.${parameter}}`);
    if (request !== undefined && inPath.length > 0)
      this.#notes.push(
        `${port}: give its messages the properties ${inPath.map((each) => `${asked}.${each}`).join(', ')}; they stand in the path.`,
      );
    return [
      `  ${port}:`,
      '    transport: rest',
      `    method: ${method.toUpperCase()}`,
      `    url: ${JSON.stringify(this.#server() + url)}`,
      ...(bodiless && parameters.length > inPath.length ? ['    query: true'] : []),
      ...(form ? [`    body: ${form}`] : []),
      '    pipeline: json-send',
      ...this.#answer(name, response),
      '    retry: { attempts: 5, first: 2s, factor: 3, max: 5m }',
      `    # filter: message.type == "${asked}"`,
    ];
  }

  #answer(name: string, response: At | undefined): string[] {
    if (response === undefined) return [];
    const answer = this.#names.unique(`${name} response`);
    this.#schema(answer, response);
    const lines = [`schema: ${this.#name}/${answer}.schema.json`];
    this.#files.set(
      `schemas/${this.#name}/${answer}.message.yaml`,
      messageFile(answer, `Answers ${name} of ${this.#name}.`, lines),
    );
    return [`    response: ${answer}`];
  }

  #ofParameters(parameters: readonly Node[]): Node {
    const properties = Object.fromEntries(
      parameters.map(({ name, schema }) => [String(name), schema ?? { type: 'string' }]),
    );
    const required = parameters.filter((parameter) => parameter['required'] === true).map(({ name }) => String(name));
    return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
  }

  #server(): string {
    const servers = this.#documents.get(this.#main)!['servers'];
    const { url: written, variables } = Array.isArray(servers) ? asNode(servers[0]) : {};
    const url = String(written ?? '').replace(/\{(\w+)\}/g, (whole, name: string) =>
      String(asNode(asNode(variables)[name])['default'] ?? whole),
    );
    if (/^https?:\/\//.test(url) && !url.includes('{')) return url.replace(/\/$/, '');
    this.#notes.push(
      `${this.#main} names no whole server address: write it into the urls of config/applications/${this.#name}.yaml.`,
    );
    return 'http://127.0.0.1:1';
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

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
