/** Parts of files, and parts laid over parts, that still know where everything stands. */
import type { Path, Source } from '../contracts/source.ts';
import { at, isPlain } from './plain.ts';
import type { Placed } from './structure.ts';

export function partOfSource(source: Source, path: Path): Placed {
  return {
    value: at(source.value, path),
    locate: (inner, part, offset) => source.locate([...path, ...inner], part, offset),
  };
}

/** `over` replaces what stands under the same key of `base`; mappings are joined key by key. */
export function overlay(base: Placed, over: Placed): Placed {
  if (!isPlain(base.value) || !isPlain(over.value)) return over;
  return {
    value: join(base.value, over.value),
    locate: (path, part, offset) =>
      at(over.value, path) === undefined || path.length === 0
        ? base.locate(path, part, offset)
        : over.locate(path, part, offset),
  };
}

function join(base: unknown, over: unknown): unknown {
  if (!isPlain(base) || !isPlain(over) || 'secret' in over) return over;
  const joined = Object.entries(over).map(([key, value]) => [
    key,
    Object.hasOwn(base, key) ? join(base[key], value) : value,
  ]);
  return { ...base, ...Object.fromEntries(joined) };
}

/** The part without some keys; places stay as they are. */
export function without(placed: Placed, drop: (key: string) => boolean): Placed {
  if (!isPlain(placed.value)) return placed;
  const kept = Object.entries(placed.value).filter(([key]) => !drop(key));
  return { ...placed, value: Object.fromEntries(kept) };
}
