/** The parameters of an operation: where they stand, how they are written, and of which schema they are. */
import { type At, ContractProblem, type Documents, type Place } from './documents.ts';
import { asList, asNode, type Node } from './node.ts';
import type { ContractSchema, SchemaBook } from './schema-book.ts';

export type In = 'path' | 'query' | 'header' | 'cookie';
export type Style = 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject' | 'json';

export interface Parameter {
  readonly name: string;
  readonly in: In;
  readonly required: boolean;
  readonly style: Style;
  readonly explode: boolean;
  /** An empty text is no value at all. */
  readonly mayBeEmpty: boolean;
  readonly schema: ContractSchema;
  readonly place: Place;
}

const STYLES: Readonly<Record<In, readonly Style[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};

/** Headers of which OpenAPI says that they are told otherwise. */
const OWN_HEADERS = new Set(['accept', 'content-type', 'authorization']);

/** Those of the path item first; an operation says anew what it wants otherwise. Throws ContractProblem. */
export function parametersOf(documents: Documents, book: SchemaBook, places: readonly At[], path: string): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const at of places) {
    asList(asNode(at.value)['parameters']).forEach((value, index) => {
      const written = { file: at.file, keys: [...at.keys, 'parameters', String(index)], value };
      const parameter = parameterOf(documents.resolved(written), book);
      if (parameter) found.set(`${parameter.in} ${parameter.name}`, parameter);
    });
  }
  const parameters = [...found.values()];
  const last = places.at(-1)!;
  for (const [, name] of path.matchAll(/\{([^{}]*)\}/g)) {
    if (!found.has(`path ${name}`)) parameters.push(undeclared(name!, last, book));
  }
  return parameters.filter((parameter) => parameter.in !== 'path' || path.includes(`{${parameter.name}}`));
}

/** What stands in the path and is declared nowhere is a text. */
function undeclared(name: string, { file, keys }: Place, book: SchemaBook): Parameter {
  const schema = book.schemaAt({ file, keys, value: { type: 'string' } });
  return {
    name,
    in: 'path',
    required: true,
    style: 'simple',
    explode: false,
    mayBeEmpty: false,
    schema,
    place: { file, keys },
  };
}

function parameterOf(at: At, book: SchemaBook): Parameter | undefined {
  const node = asNode(at.value);
  const place = node['in'] as In;
  const name = String(node['name'] ?? '');
  if (!Object.hasOwn(STYLES, place) || name === '')
    throw new ContractProblem('a parameter has no name, or no place such as `in: query`', at);
  if (place === 'header' && OWN_HEADERS.has(name.toLowerCase())) return undefined;
  const { style, keys, value } = writtenAs(node, place, at);
  if (style !== 'json' && !STYLES[place].includes(style))
    throw new ContractProblem(`the parameter ${name} is written in the style ${style}, which no ${place} has`, at);
  return {
    name,
    in: place,
    required: place === 'path' || node['required'] === true,
    style,
    explode: typeof node['explode'] === 'boolean' ? node['explode'] : style === 'form',
    mayBeEmpty: node['allowEmptyValue'] === true,
    schema: book.schemaAt({ file: at.file, keys: [...at.keys, ...keys], value }),
    place: at,
  };
}

function writtenAs(node: Node, place: In, at: At): { style: Style; keys: string[]; value: unknown } {
  const [media] = Object.keys(asNode(node['content']));
  const standard: Style = place === 'query' || place === 'cookie' ? 'form' : 'simple';
  if (media === undefined)
    return {
      style: (node['style'] ?? standard) as Style,
      keys: ['schema'],
      value: node['schema'] ?? { type: 'string' },
    };
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(media))
    throw new ContractProblem(`the parameter ${String(node['name'])} is of ${media}, and only JSON is read`, at);
  return { style: 'json', keys: ['content', media, 'schema'], value: asNode(asNode(node['content'])[media])['schema'] };
}
