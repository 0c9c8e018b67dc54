/**
 * What an OpenAPI document says that a service does: its operations with their parameters, bodies, answers and the schemas of all
 * these. Reading it resolves every reference once; schemas are compiled when they are first asked for.
 */

import { type At, ContractProblem, Documents, type Place, type ReadFile } from './documents.ts';
import { asList, asNode } from './node.ts';
import { type Parameter, parametersOf } from './parameter.ts';
import { type ContractSchema, SchemaBook } from './schema-book.ts';

export interface Operation {
  /** Its operationId, or `get /streets/{usrn}` where it has none. */
  readonly id: string;
  readonly method: string;
  /** With `{name}` for parameters, without the base path. */
  readonly path: string;
  readonly place: Place;
  readonly parameters: readonly Parameter[];
  readonly body: RequestBody | undefined;
  /** By status, as `200`, `4XX` or `default`. */
  readonly responses: ReadonlyMap<string, Response>;
  /** Any of these; of each, all schemes. Empty: nobody has to prove anything. */
  readonly security: readonly (readonly SecurityScheme[])[];
  /** What the document asks for and the bus does not do. */
  readonly unsupported: readonly { readonly what: string; readonly place: Place }[];
}

export interface RequestBody {
  readonly required: boolean;
  /** By media type or range. */
  readonly content: ReadonlyMap<string, Media>;
}

export interface Response {
  /** What the components of the document call it; undefined where it stands in its place. */
  readonly name: string | undefined;
  readonly content: ReadonlyMap<string, Media>;
  /** The names of its headers, as they are written. */
  readonly headers: readonly string[];
}

export interface Media {
  readonly schema: ContractSchema | undefined;
}

export interface SecurityScheme {
  readonly name: string;
  /** As `apiKey`, `http`, `oauth2`, `openIdConnect`, `mutualTLS`. */
  readonly type: string;
  /** Of `http`: `basic`, `bearer`, ... */
  readonly scheme: string | undefined;
  /** Of `apiKey`. */
  readonly in: string | undefined;
  readonly parameter: string | undefined;
}

export interface Contract {
  readonly documents: Documents;
  /** The path of the first server: '' or `/v1`. */
  readonly basePath: string;
  readonly operations: readonly Operation[];
  /** What is wrong with single operations, which are left out. */
  readonly problems: readonly ContractProblem[];
}

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** The bus answers these by itself. */
const OTHER_METHODS = ['head', 'options', 'trace'];

/** Throws ContractProblem where the document cannot be used at all. */
export function readContract(main: string, read: ReadFile): Contract {
  const documents = new Documents(main, read);
  const reader = new Reader(documents);
  const operations = reader.operations();
  return { documents, basePath: basePathOf(documents.root), operations, problems: reader.problems };
}

function basePathOf(root: Readonly<Record<string, unknown>>): string {
  const { url, variables } = asNode(asList(root['servers'])[0]);
  const filled = String(url ?? '').replace(/\{(\w+)\}/g, (_, name: string) =>
    String(asNode(asNode(variables)[name])['default'] ?? ''),
  );
  const path = filled.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
  return path === '' ? '' : `/${path}`.replace(/^\/+/, '/').replace(/\/+$/, '');
}

class Reader {
  readonly problems: ContractProblem[] = [];
  readonly #documents: Documents;
  readonly #books: { readonly request: SchemaBook; readonly response: SchemaBook };

  constructor(documents: Documents) {
    this.#documents = documents;
    this.#books = { request: new SchemaBook(documents, 'request'), response: new SchemaBook(documents, 'response') };
  }

  operations(): Operation[] {
    const { root, main } = this.#documents;
    return Object.entries(asNode(root['paths'])).flatMap(([path, value]) => {
      if (!path.startsWith('/')) return [];
      const item = this.#trying(() => this.#documents.resolved({ file: main, keys: ['paths', path], value }));
      return item ? METHODS.flatMap((method) => this.#trying(() => this.#operation(path, method, item)) ?? []) : [];
    });
  }

  #trying<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof ContractProblem)) throw thrown;
      this.problems.push(thrown);
      return undefined;
    }
  }

  #operation(path: string, method: string, item: At): Operation | undefined {
    const written = asNode(item.value)[method];
    if (written === undefined) return undefined;
    const at = this.#documents.resolved(within(item, method, written));
    const node = asNode(at.value);
    const body =
      node['requestBody'] === undefined ? undefined : this.#body(within(at, 'requestBody', node['requestBody']));
    return {
      id: String(node['operationId'] ?? `${method} ${path}`),
      method: method.toUpperCase(),
      path,
      place: at,
      parameters: parametersOf(this.#documents, this.#books.request, [item, at], path),
      body,
      responses: this.#responses(within(at, 'responses', node['responses'])),
      security: this.#security(node['security'] ?? this.#documents.root['security']),
      unsupported: this.#unsupported(at, item),
    };
  }

  #body(written: At): RequestBody {
    const at = this.#documents.resolved(written);
    return { required: asNode(at.value)['required'] === true, content: this.#content(at, this.#books.request) };
  }

  #responses(at: At): Map<string, Response> {
    return new Map(
      Object.entries(asNode(at.value)).map(([status, value]) => {
        const response = this.#documents.resolved(within(at, status, value));
        return [
          status.toUpperCase() === 'DEFAULT' ? 'default' : status.toUpperCase(),
          {
            name: componentName(response),
            content: this.#content(response, this.#books.response),
            headers: Object.keys(asNode(asNode(response.value)['headers'])),
          },
        ];
      }),
    );
  }

  #content(at: At, book: SchemaBook): Map<string, Media> {
    const content = within(at, 'content', asNode(at.value)['content']);
    return new Map(
      Object.entries(asNode(content.value)).map(([type, value]) => {
        const media = within(content, type, value);
        const schema = asNode(value)['schema'];
        const found = schema === undefined ? undefined : book.schemaAt(within(media, 'schema', schema));
        return [type.toLowerCase(), { schema: found }];
      }),
    );
  }

  #security(value: unknown): SecurityScheme[][] {
    const { root, main } = this.#documents;
    const schemes = asNode(asNode(root['components'])['securitySchemes'] ?? root['securityDefinitions']);
    const all = asList(value).map((requirement) =>
      Object.keys(asNode(requirement)).map((name) => {
        const keys = ['components', 'securitySchemes', name];
        const { value: found } = this.#documents.resolved({ file: main, keys, value: schemes[name] });
        const { type, scheme, in: place, name: parameter } = asNode(found);
        const http = type === 'basic' ? { type: 'http', scheme: 'basic' } : { type: String(type ?? 'unknown'), scheme };
        return {
          name,
          type: http.type,
          scheme: http.scheme === undefined ? undefined : String(http.scheme).toLowerCase(),
          in: place === undefined ? undefined : String(place),
          parameter: parameter === undefined ? undefined : String(parameter),
        };
      }),
    );
    return all.some((needed) => needed.length === 0) ? [] : all;
  }

  #unsupported(at: At, item: At): Operation['unsupported'] {
    const node = asNode(at.value);
    const callbacks =
      Object.keys(asNode(node['callbacks'])).length > 0
        ? [{ what: 'callbacks, which nobody calls', place: within(at, 'callbacks', undefined) }]
        : [];
    const own = OTHER_METHODS.filter((method) => asNode(item.value)[method] !== undefined).map((method) => ({
      what: `the method ${method.toUpperCase()}, which the bus answers by itself`,
      place: within(item, method, undefined),
    }));
    return [...callbacks, ...own];
  }
}

function componentName({ keys }: Place): string | undefined {
  const [last] = keys.slice(-1);
  return keys.length > 1 && keys.at(-2) === 'responses' && keys[0] !== 'paths' ? last : undefined;
}

export function within({ file, keys }: Place, key: string, value: unknown): At {
  return { file, keys: [...keys, key], value };
}
