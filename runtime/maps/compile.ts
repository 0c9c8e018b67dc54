/**
 * Compiles a map against the schemas of its sources and its target. Everything wrong is found here, with file, line and
 * column; a map that compiles fails only by the values that it meets, with MAP_FAILED naming the expression's place.
 * The result may share parts with its inputs; neither is ever changed.
 */
import type { LookupTables, WorkLimit } from '../contracts/expression.ts';
import type { Finding } from '../contracts/finding.ts';
import type { MapProgram } from '../contracts/map.ts';
import type { LogicalType, SchemaSet } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { finding } from '../errors/finding.ts';
import { newFrame } from '../expressions/compile.ts';
import type { Frame, Run, Variable } from '../expressions/typed.ts';
import type { Checks } from './check.ts';
import { compileValue, FIRST_SLOT, LEAF, type Leaf } from './compile-value.ts';
import { parseMap } from './parse.ts';
import type { MapHead } from './syntax.ts';
import { compileXsltMap } from './xslt/compile-xslt-map.ts';
import type { SolutionTexts } from './xslt/load-sheet.ts';

/** `names`: how the map calls its sources, in the same order. */
export interface NamedMap extends MapProgram {
  readonly names: readonly string[];
}

export interface MapContext {
  readonly schemas: SchemaSet;
  readonly lookups: LookupTables;
  /** Of one run of the map. Default: 1,000,000 steps, whatever time they take. */
  readonly limit?: WorkLimit | undefined;
  /** Where stylesheets are; without them a map cannot name one. */
  readonly files?: SolutionTexts;
}

export function compileMap(
  source: Source,
  context: MapContext,
): { readonly map?: NamedMap; readonly findings: readonly Finding[] } {
  const { syntax, findings } = parseMap(source);
  if (!syntax) return { findings };
  const root = context.schemas.find(syntax.target)?.document;
  const checks: Checks = { source, findings: [...findings], target: syntax.target, root };
  const { fields } = syntax;
  if (!fields) return withFindings(compileXsltMap(syntax, checks, context), checks);
  const typeOf = (type: string, path: Path) => documentType(type, path, checks, context.schemas);
  const slots = { next: FIRST_SLOT };
  const variables = new Map<string, Variable>(
    syntax.sources.map(({ name, type, path }) => [
      name,
      { type: typeOf(type, path), slot: slots.next++, nullable: false },
    ]),
  );
  const place = { name: '', type: typeOf(syntax.target, ['to']), required: true };
  const run = compileValue(fields, place, { checks, variables, slots, lookups: context.lookups, items: [] });
  return withFindings(program(source, syntax, run, { size: slots.next, limit: context.limit }), checks);
}

function withFindings(map: NamedMap | undefined, { findings }: Checks) {
  const failed = findings.some(({ severity }) => severity === 'error');
  return map && !failed ? { map, findings } : { findings };
}

function documentType(type: string, path: Path, { source, findings }: Checks, schemas: SchemaSet): LogicalType {
  const schema = schemas.find(type);
  if (schema) return schema.document;
  const unknown = { name: type, known: schemas.types };
  findings.push(finding('MAP_UNKNOWN_TYPE', source.locate(path), { name: type }, { unknown }));
  return { kind: 'any' };
}

interface Frames {
  readonly size: number;
  readonly limit: WorkLimit | undefined;
}

function program(source: Source, syntax: MapHead, run: Run, { size, limit }: Frames): NamedMap {
  const count = syntax.sources.length;
  const whole: Leaf = { expression: { text: syntax.name, path: ['fields'] }, field: syntax.name };
  const transform = (inputs: readonly unknown[]) => {
    const frame = newFrame(size, limit);
    frame[LEAF] = whole;
    for (let index = 0; index < count; index += 1) frame[FIRST_SLOT + index] = inputs[index] ?? null;
    try {
      return run(frame);
    } catch (thrown) {
      throw mapFailed(source, syntax.name, frame, thrown);
    }
  };
  const sources = syntax.sources.map(({ type }) => type);
  return {
    name: syntax.name,
    sources,
    names: syntax.sources.map(({ name }) => name),
    target: syntax.target,
    transform,
  };
}

function mapFailed(source: Source, map: string, frame: Frame, cause: unknown): Error {
  const { expression, field } = frame[LEAF] as Leaf;
  const { file, line, column } = source.locate(expression.path);
  const reason = `\`${expression.text}\`: ${reasonOf(cause).replace(/\.$/, '')}`;
  const fault = isBusError(cause) ? { fault: cause.code } : {};
  return busError(
    'MAP_FAILED',
    { map, at: `${file}:${line}:${column}`, place: `field ${field || map}`, reason },
    { cause, ...fault },
  );
}
