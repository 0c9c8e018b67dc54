/** Finds the global element that a message file means by `root`. */
import { expandedName } from './namespaces.ts';
import type { XsdModel } from './xsd/compile-xsd.ts';

export type FoundRoot =
  | { readonly kind: 'found'; readonly name: string }
  | { readonly kind: 'unknown'; readonly known: readonly string[] }
  | { readonly kind: 'missing'; readonly count: number; readonly names: string };

const SHOWN = 10;

/** A local name will do where only one namespace has it; without any, the only one of the file is meant. */
export function findRoot({ roots, ownRoots }: XsdModel, wanted: string | undefined): FoundRoot {
  const locals = roots.map(localName);
  if (wanted === undefined) {
    if (ownRoots.length === 1) return { kind: 'found', name: ownRoots[0]! };
    const more = ownRoots.length > SHOWN ? ' ...' : '';
    const names = ownRoots.slice(0, SHOWN).map(localName).join(', ') + more;
    return { kind: 'missing', count: ownRoots.length, names };
  }
  const hash = wanted.lastIndexOf('#');
  const name =
    hash > 0 && !wanted.startsWith('{') ? expandedName(wanted.slice(0, hash), wanted.slice(hash + 1)) : wanted;
  if (roots.includes(name)) return { kind: 'found', name };
  const sameLocal = roots.filter((root) => localName(root) === wanted);
  if (sameLocal.length === 1) return { kind: 'found', name: sameLocal[0]! };
  const known = sameLocal.length > 1 || wanted.startsWith('{') ? roots : locals;
  return { kind: 'unknown', known };
}

const localName = (name: string) => name.slice(name.indexOf('}') + 1);
