/** Compiles one step: finds its shape, lets that read its value, and gives it a name and a place. */
import type { Path, Source } from '../contracts/source.ts';
import type { Compiler } from './compiler.ts';
import { fieldOf, isPlain, type Plain } from './plain.ts';
import { blockId, type CompiledShape } from './program.ts';
import { shapes } from './shapes/index.ts';

export function compileStep(value: unknown, path: Path, compiler: Compiler, source: Source): CompiledShape | undefined {
  if (!isPlain(value)) {
    const values = {
      where: 'A step',
      expected: '`- <shape>: ...`',
      found: 'something else',
      description: `one of ${[...shapes.keys()].join(', ')}`,
    };
    compiler.report('WRONG_TYPE', path, values);
    return undefined;
  }
  const kind = kindOf(value, path, compiler);
  if (kind === undefined) return undefined;
  const at = [...path, kind];
  const parts = shapes.get(kind)!.compile(value[kind], at, compiler);
  if (!parts) return undefined;
  const base = { kind, name: nameOf(value, kind), line: source.locate(at, 'key').line, path: at, id: blockId(at) };
  return { blocks: [], later: [], awaits: [], makes: [], ...parts, ...base } as CompiledShape;
}

/** Reports every key that is neither a shape nor `name`, and every shape beyond the first. */
function kindOf(value: Plain, path: Path, compiler: Compiler): string | undefined {
  const keys = Object.keys(value).filter((key) => key !== 'name');
  const found = keys.filter((key) => shapes.has(key));
  const known = [...shapes.keys()];
  for (const name of keys.filter((key) => !shapes.has(key))) {
    const options = { part: 'key', unknown: { name, known } } as const;
    compiler.report('UNKNOWN_SHAPE', [...path, name], { name, known: known.join(', ') }, options);
  }
  if (found.length > 1)
    compiler.report('SHAPE_AMBIGUOUS', [...path, found[1]!], { found: found.join(' and ') }, { part: 'key' });
  if (keys.length === 0) compiler.report('SHAPE_AMBIGUOUS', path, { found: 'none' });
  return found[0];
}

/** As written, within the shape or beside it; otherwise what it is and by which port or map. */
function nameOf(step: Plain, kind: string): string {
  const value = kind === 'assign' ? undefined : step[kind];
  const written = fieldOf(value, 'name') ?? step['name'];
  if (typeof written === 'string') return written;
  const about = fieldOf(value, 'port') ?? fieldOf(value, 'map');
  return typeof about === 'string' ? `${kind} ${about}` : kind;
}
