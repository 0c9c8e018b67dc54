/** Finds where JSON pointers lead in a JSON text: one walk for all of them. */
import { positionAt, type TextPosition } from '../text-position.ts';
import { scanJson } from './scan-json.ts';

/** A pointer that leads nowhere gets the place of its nearest ancestor. */
export function locatePointers(text: string, pointers: Iterable<string>): ReadonlyMap<string, TextPosition> {
  const wanted = new Set<string>();
  for (const pointer of pointers) for (const prefix of prefixes(pointer)) wanted.add(prefix);
  const offsets = new Map<string, number>();
  scanJson(text, {
    value(pointer, offset) {
      if (wanted.has(pointer)) offsets.set(pointer, offset);
    },
  });
  const found = new Map<string, TextPosition>();
  for (const pointer of pointers) {
    const nearest = prefixes(pointer).findLast((prefix) => offsets.has(prefix));
    if (nearest !== undefined) found.set(pointer, positionAt(text, offsets.get(nearest)!));
  }
  return found;
}

function prefixes(pointer: string): string[] {
  const steps = pointer.split('/').slice(1);
  return ['', ...steps.map((_, index) => `/${steps.slice(0, index + 1).join('/')}`)];
}
