/**
 * Runs mappings/*.test.yaml: `test: name`, `map: name`, `cases: [{ name, input: { source: document }, expect: document }]`,
 * or `error: CODE` in place of `expect`. A document that is written as a text is the path of a file. Pure but for reading.
 */
import type { Finding } from '../contracts/finding.ts';
import type { MapProgram } from '../contracts/map.ts';
import type { Path, Source } from '../contracts/source.ts';
import type { TestCase, TestResult } from '../contracts/tested.ts';
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { diff } from '../errors/diff.ts';
import { finding } from '../errors/finding.ts';
import type { NamedMap } from './compile.ts';
import { isMapping } from './parse.ts';

export interface MapTestContext {
  readonly maps: ReadonlyMap<string, MapProgram>;
  /** The logical document of a file relative to the solution's folder, read as that message type. */
  readonly readDocument?: (path: string, type: string) => unknown;
}

export interface MapTestResult extends TestResult {
  /** What the map made, case by case. */
  readonly produced: readonly unknown[];
}

type Mapping = Readonly<Record<string, unknown>>;

export function runMapTest(source: Source, context: MapTestContext): MapTestResult {
  const findings: Finding[] = [];
  const invalid = (
    path: Path,
    reason: string,
    unknown?: { readonly name: string; readonly known: Iterable<string> },
  ) => {
    findings.push(finding('MAP_TEST_INVALID', source.locate(path), { reason }, unknown ? { unknown } : {}));
  };
  const { map: name, cases } = isMapping(source.value) ? source.value : {};
  const map = typeof name === 'string' ? context.maps.get(name) : undefined;
  if (!map) {
    const known = context.maps.keys();
    invalid(['map'], `There is no map ${JSON.stringify(name)}`, { name: String(name), known });
  }
  if (!Array.isArray(cases) || cases.length === 0) invalid(['cases'], 'There are no cases');
  if (!map || !Array.isArray(cases)) return { cases: [], findings, produced: [] };
  const produced: unknown[] = [];
  const results = cases.flatMap((entry: unknown, index): TestCase[] => {
    const path: Path = ['cases', index];
    const wrong = isMapping(entry) ? wrongWith(entry, map) : 'A case is a mapping with name, input and expect or error';
    if (wrong === undefined) return [runCase(entry as Mapping, path, map, context, produced)];
    invalid(path, wrong);
    return [];
  });
  return { cases: results, findings, produced };
}

const namesOf = (map: MapProgram): readonly string[] => ('names' in map ? (map as NamedMap).names : map.sources);

function wrongWith(entry: Mapping, map: MapProgram): string | undefined {
  const { input } = entry;
  if (!isMapping(input)) return 'The case has no `input`';
  const names = namesOf(map);
  const strange = Object.keys(input).find((name) => !names.includes(name));
  if (strange !== undefined) return `The map has no source ${strange}; it has ${names.join(', ')}`;
  const missing = names.find((name) => !(name in input));
  if (missing !== undefined) return `The case gives no ${missing}`;
  if ('expect' in entry === 'error' in entry) return 'A case says either `expect` or `error`';
  return undefined;
}

function runCase(entry: Mapping, path: Path, map: MapProgram, context: MapTestContext, produced: unknown[]): TestCase {
  const name = typeof entry['name'] === 'string' ? entry['name'] : `case ${Number(path[1]) + 1}`;
  if ('error' in entry) {
    const message = failureOf(entry, map, context);
    return message === undefined ? { name, passed: true } : { name, passed: false, message };
  }
  return { name, ...differenceOf(entry, path, map, context, produced) };
}

function transformed(entry: Mapping, map: MapProgram, context: MapTestContext): unknown {
  const input = entry['input'] as Mapping;
  return map.transform(namesOf(map).map((name, index) => documentOf(input[name], map.sources[index]!, context)));
}

function documentOf(value: unknown, type: string, { readDocument }: MapTestContext): unknown {
  return typeof value === 'string' && readDocument ? readDocument(value, type) : value;
}

/** What stands in a file of its own is not updated. */
function differenceOf(
  entry: Mapping,
  path: Path,
  map: MapProgram,
  context: MapTestContext,
  produced: unknown[],
): Omit<TestCase, 'name'> {
  try {
    const made = transformed(entry, map, context);
    produced.push(made);
    const lines = diff(documentOf(entry['expect'], map.target, context), made);
    if (lines.length === 0) return { passed: true };
    const update = typeof entry['expect'] === 'string' ? {} : { update: { path: [...path, 'expect'], value: made } };
    return { passed: false, message: lines.join('\n'), ...update };
  } catch (thrown) {
    return { passed: false, message: reasonOf(thrown) };
  }
}

function failureOf(entry: Mapping, map: MapProgram, context: MapTestContext): string | undefined {
  const wanted = String(entry['error']);
  try {
    transformed(entry, map, context);
    return `expected the error ${wanted}, but the map succeeded`;
  } catch (thrown) {
    if (isBusError(thrown) && (thrown.code === wanted || thrown.fault === wanted)) return undefined;
    return `expected the error ${wanted}, got ${reasonOf(thrown)}`;
  }
}
