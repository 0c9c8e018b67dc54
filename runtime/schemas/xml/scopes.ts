/** Namespace declarations while a document is scanned. */

import { XML, XMLNS } from './namespaces.ts';
import type { SaxesAttributeNS } from './xml-parser.ts';

type Declarations = Record<string, string>;

export const NO_DECLARATIONS: Declarations = Object.freeze(Object.create(null));

/** The declarations of an element, and of those around it. */
export interface Scope {
  readonly declared: Declarations;
  readonly outer: Scope | undefined;
  /** What was asked for last. */
  prefix: string | undefined;
  uri: string | undefined;
}

/** The namespace of a prefix; undefined where nothing declares it. */
export function namespaceIn(scope: Scope | undefined, prefix: string): string | undefined {
  if (!scope) return everywhere(prefix);
  if (scope.prefix !== prefix) {
    scope.prefix = prefix;
    scope.uri = found(prefix, scope);
  }
  return scope.uri;
}

const everywhere = (prefix: string) => (prefix === 'xml' ? XML : prefix === 'xmlns' ? XMLNS : undefined);

function found(prefix: string, innermost: Scope): string | undefined {
  for (let scope: Scope | undefined = innermost; scope; scope = scope.outer) {
    const uri = scope.declared[prefix];
    if (uri !== undefined) return uri;
  }
  return everywhere(prefix);
}

/** Undefined where one of them is none that a document may make, or is better judged by the parser proper. */
export function declarationsIn(attributes: readonly SaxesAttributeNS[]): Declarations | undefined {
  let declared: Declarations | undefined;
  for (const { prefix, local, name, value } of attributes) {
    if (prefix !== 'xmlns' && name !== 'xmlns') continue;
    if (prefix === 'xmlns' && (local === 'xml' || local === 'xmlns' || value === '')) return undefined;
    if (value === XML || value === XMLNS || value !== value.trim()) return undefined;
    declared ??= Object.create(null) as Declarations;
    declared[prefix === 'xmlns' ? local : ''] = value;
  }
  return declared ?? NO_DECLARATIONS;
}
