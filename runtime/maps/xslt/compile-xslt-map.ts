/**
 * Maps whose `fields` are a stylesheet: `xslt: <file>` in XSLT 1.0, beside the map, which is given the sources as XML and makes the target.
 * What it makes is held against the target's schema. All that can be wrong without a message is found when it is compiled.
 */
import { posix } from 'node:path';
import type { Finding } from '../../contracts/finding.ts';
import type { CompiledSchema } from '../../contracts/schema.ts';
import type { Path } from '../../contracts/source.ts';
import { finding } from '../../errors/finding.ts';
import type { Checks } from '../check.ts';
import type { MapContext, NamedMap } from '../compile.ts';
import type { MapHead } from '../syntax.ts';
import { checkSheet } from './check-sheet.ts';
import { locate, readDiagnostics } from './diagnostics.ts';
import { compileSheet, STANDARD_MS } from './engine.ts';
import { type LoadedSheet, loadSheet, resolved, startOf } from './load-sheet.ts';
import { XSL } from './namespaces.ts';
import { compileParameters } from './parameters.ts';
import { attributeOf, type SheetFile } from './read-stylesheet.ts';
import { createXsltMap } from './run-xslt-map.ts';

export function compileXsltMap(head: MapHead, checks: Checks, context: MapContext): NamedMap | undefined {
  const { source, findings } = checks;
  const value = source.value as Readonly<Record<string, unknown>>;
  if ('fields' in value) {
    const values = { reason: 'A map has `fields` or `xslt`, not both', help: 'Leave one of them out' };
    findings.push(finding('MAP_INVALID', source.locate(['fields'], 'key'), values));
  }
  const loaded = load(value['xslt'], checks, context);
  if (!loaded) return undefined;
  findings.push(...checkSheet(loaded));
  const method = methodOf(loaded.files);
  const sources = head.sources.map(({ type, path }) => xmlForm(type, path, checks, context));
  const target = method === 'xml' ? xmlForm(head.target, ['to'], checks, context) : context.schemas.find(head.target);
  const parameters = compileParameters(value['parameters'], head, loaded.files, checks, context);
  if (findings.some(({ severity }) => severity === 'error') || !target) return undefined;
  findings.push(...compile(loaded));
  if (findings.some(({ severity }) => severity === 'error')) return undefined;
  const forms = sources.filter((form) => form !== undefined);
  return createXsltMap({ head, loaded, sources: forms, target, method, parameters, limit: context.limit });
}

function load(written: unknown, { source, findings }: Checks, { files, lookups }: MapContext): LoadedSheet | undefined {
  const at = source.locate(['xslt']);
  if (typeof written !== 'string' || !files) {
    findings.push(
      finding('MAP_INVALID', at, { reason: '`xslt` must be the name of a file', help: 'Write `xslt: <file>.xslt`' }),
    );
    return undefined;
  }
  const path = resolved(source.file, written);
  if (path === undefined) {
    findings.push(finding('XSLT_REFUSED', at, { reason: `${written} is no file of mappings/` }));
    return undefined;
  }
  if (files.read(path) === undefined) {
    const known = files.known
      .filter((each) => /\.xslt?$/i.test(each))
      .map((each) => posix.relative(posix.dirname(source.file), each));
    findings.push(finding('XSLT_FILE_UNKNOWN', at, { file: path }, { unknown: { name: written, known } }));
    return undefined;
  }
  const loaded = loadSheet(path, { ...files, lookups });
  if ('sheet' in loaded) return loaded;
  findings.push(...loaded.findings);
  return undefined;
}

/** As the last of the first file that says so tells; what is neither text nor HTML is XML. */
function methodOf(files: readonly SheetFile[]): 'xml' | 'text' {
  const methods = files.flatMap(({ elements }) =>
    elements
      .filter(({ uri, local }) => uri === XSL && local === 'output')
      .flatMap((element) => attributeOf(element, 'method') ?? [])
      .slice(-1),
  );
  return methods[0] === 'text' || methods[0] === 'html' ? 'text' : 'xml';
}

function xmlForm(
  type: string,
  path: Path,
  { source, findings }: Checks,
  { schemas }: MapContext,
): CompiledSchema | undefined {
  const schema = schemas.find(type);
  if (!schema) {
    const unknown = { name: type, known: schemas.types };
    findings.push(finding('MAP_UNKNOWN_TYPE', source.locate(path), { name: type }, { unknown }));
    return undefined;
  }
  const form = schema.format === 'xml' ? schema : schema.xml?.();
  if (form) return form;
  findings.push(finding('XSLT_NO_XML', source.locate(path), { type, format: schema.format }));
  return undefined;
}

function compile({ sheet, files }: LoadedSheet): Finding[] {
  const main = startOf(files[0]!.path);
  const outcome = compileSheet(sheet, STANDARD_MS);
  if (outcome === 'late')
    return [finding('XSLT_INVALID', main, { reason: `Compiling it takes longer than ${STANDARD_MS} ms` })];
  if (outcome.broken !== undefined)
    return [finding('XSLT_INVALID', main, { reason: `It cannot be compiled: ${outcome.broken}` })];
  const told = readDiagnostics(outcome.lines).map(({ place, reason }) =>
    finding(
      'XSLT_INVALID',
      place ? locate(files, place) : main,
      { reason },
      { severity: outcome.done ? 'warning' : 'error' },
    ),
  );
  return outcome.done || told.length > 0 ? told : [finding('XSLT_INVALID', main, { reason: 'It cannot be compiled' })];
}
