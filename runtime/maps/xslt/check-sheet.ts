/** What libxslt finds only when it comes there, or never should: names that nothing declares, scripts, what would be read or written. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { nearest } from '../../errors/nearest.ts';
import { USER_CSHARP } from './functoids.ts';
import { LOOKUP, type LoadedSheet, pathOf, placeOf, resolved } from './load-sheet.ts';
import { COMMON, CORE, DATES, EXTENSIONS, FUNCTIONS, MATH, XSL } from './namespaces.ts';
import { attributeOf, isScript, type SheetElement, type SheetFile } from './read-stylesheet.ts';
import { type Call, callsIn, variablesIn, xpathsOf } from './xpaths.ts';

interface Declared {
  readonly variables: ReadonlySet<string>;
  readonly templates: ReadonlySet<string>;
  /** `{namespace}name` of its own functions. */
  readonly functions: ReadonlySet<string>;
  /** Prefixes of scripts, by namespace. */
  readonly scripts: ReadonlySet<string>;
  /** Names of functions of scripts that are not run but known. */
  readonly functoids: ReadonlySet<string>;
  /** It asks which functions there are. */
  readonly asks: boolean;
  /** Addresses of files that may be read. */
  readonly readable: ReadonlySet<string>;
}

export function checkSheet({ files, sheet, functoids }: LoadedSheet): readonly Finding[] {
  const elements = files.flatMap((file) => file.elements);
  const readable = new Set(
    sheet.files.flatMap(([address]) => (address.startsWith(LOOKUP) ? address : (pathOf(address) ?? []))),
  );
  const declared = { ...declaredBy(elements), readable, functoids };
  return files.flatMap((file) => {
    const script = scriptFindings(file, declared);
    return [...script, ...file.elements.flatMap((element) => elementFindings(file, element, declared))];
  });
}

function declaredBy(elements: readonly SheetElement[]): Omit<Declared, 'readable' | 'functoids'> {
  const named = (of: (element: SheetElement) => boolean) =>
    new Set(elements.filter(of).flatMap((element) => attributeOf(element, 'name') ?? []));
  const isXsl = ({ uri }: SheetElement) => uri === XSL;
  const functions = elements.filter(({ uri, local }) => uri === FUNCTIONS && local === 'function');
  const scripts = elements.filter(isScript);
  return {
    variables: named((element) => isXsl(element) && (element.local === 'variable' || element.local === 'param')),
    templates: named((element) => isXsl(element) && element.local === 'template'),
    functions: new Set(functions.map((element) => expanded(element, attributeOf(element, 'name') ?? ''))),
    scripts: new Set(scripts.map((element) => element.resolve(attributeOf(element, 'implements-prefix') ?? '') ?? '')),
    asks: elements.some((element) =>
      xpathsOf(element).some((xpath) => /\b(function|element)-available\s*\(/.test(xpath)),
    ),
  };
}

function expanded(element: SheetElement, name: string): string {
  const [prefix, local] = name.includes(':') ? name.split(':') : ['', name];
  return `{${prefix === '' ? '' : element.resolve(prefix!)}}${local}`;
}

function elementFindings(file: SheetFile, element: SheetElement, declared: Declared): Finding[] {
  const xpaths = xpathsOf(element);
  return [
    ...writing(file, element),
    ...templateFindings(file, element, declared),
    ...xpaths.flatMap((xpath) => variablesIn(xpath)).flatMap((name) => variableFinding(file, element, name, declared)),
    ...xpaths.flatMap((xpath) => callsIn(xpath)).flatMap((call) => callFinding(file, element, call, declared)),
  ];
}

function writing(file: SheetFile, element: SheetElement): Finding[] {
  const writes =
    (element.uri === COMMON && element.local === 'document') ||
    (element.uri === XSL && (element.local === 'document' || element.local === 'result-document'));
  const reason = `${element.name} would write a file`;
  return writes ? [finding('XSLT_REFUSED', placeOf(file.path, element), { reason })] : [];
}

function templateFindings(file: SheetFile, element: SheetElement, { templates }: Declared): Finding[] {
  if (element.uri !== XSL || element.local !== 'call-template') return [];
  const name = attributeOf(element, 'name');
  if (name === undefined || templates.has(name)) return [];
  const unknown = { unknown: { name, known: templates } };
  return [finding('XSLT_INVALID', placeOf(file.path, element), { reason: `There is no template ${name}` }, unknown)];
}

function variableFinding(file: SheetFile, element: SheetElement, name: string, { variables }: Declared): Finding[] {
  if (variables.has(name)) return [];
  const unknown = { unknown: { name, known: variables } };
  const reason = `Nothing declares the variable $${name}`;
  return [finding('XSLT_INVALID', placeOf(file.path, element), { reason }, unknown)];
}

function callFinding(file: SheetFile, element: SheetElement, call: Call, declared: Declared): Finding[] {
  const at = placeOf(file.path, element);
  const { prefix, local } = call;
  if (prefix !== '') return extensionFinding(file, element, call, declared);
  if (local === 'document') return documentFinding(file, element, call, declared);
  if (CORE.has(local)) return [];
  const reason = `XSLT 1.0 has no function ${local}()`;
  return [finding('XSLT_INVALID', at, { reason }, { suggestion: nearest(local, [...CORE]) })];
}

function documentFinding(file: SheetFile, element: SheetElement, { literal }: Call, { readable }: Declared): Finding[] {
  if (literal === undefined || literal === '') return [];
  const path = literal.startsWith(LOOKUP) ? literal : resolved(file.path, literal);
  const at = placeOf(file.path, element);
  if (path === undefined)
    return [finding('XSLT_REFUSED', at, { reason: `document('${literal}') names what is no file of mappings/` })];
  if (readable.has(path)) return [];
  return [finding('XSLT_FILE_UNKNOWN', at, { file: path }, { unknown: { name: path, known: readable } })];
}

/** What depends on the hour or on chance would not give the same twice. */
const UNSTEADY: ReadonlyMap<string, RegExp> = new Map([
  [
    DATES,
    /^(date-time|date|time|year|month-in-year|day-in-month|hour-in-day|seconds|leap-year|week-in-year|day-in-year|day-in-week)$/,
  ],
  [MATH, /^random$/],
]);

function extensionFinding(
  file: SheetFile,
  element: SheetElement,
  { prefix, local, empty }: Call,
  declared: Declared,
): Finding[] {
  const uri = element.resolve(prefix);
  const at = placeOf(file.path, element);
  if (uri === undefined)
    return [finding('XSLT_INVALID', at, { reason: `Nothing declares the prefix ${prefix} of ${prefix}:${local}()` })];
  if (declared.scripts.has(uri) || declared.functions.has(`{${uri}}${local}`)) return [];
  if (empty === true && UNSTEADY.get(uri)?.test(local) === true) {
    const reason = `${prefix}:${local}() gives something else each time; give the map a parameter in its place`;
    return [finding('XSLT_REFUSED', at, { reason })];
  }
  const known = EXTENSIONS.get(uri);
  if (known === null || known?.includes(local)) return [];
  const reason = `There is no function ${prefix}:${local}() of ${uri}`;
  return [finding('XSLT_INVALID', at, { reason }, { severity: declared.asks ? 'warning' : 'error' })];
}

function isOfScript(
  element: SheetElement,
  { prefix, local }: Call,
  scripts: ReadonlySet<string>,
  functoids: ReadonlySet<string>,
): boolean {
  const uri = prefix === '' ? undefined : element.resolve(prefix);
  return uri !== undefined && scripts.has(uri) && !(uri === USER_CSHARP && functoids.has(local));
}

/** Of each function of a script one finding, at its first call, and of scripts that nothing calls one where they stand. */
function scriptFindings(file: SheetFile, { scripts, functoids }: Declared): Finding[] {
  if (scripts.size === 0) return [];
  const calls = file.elements.flatMap((element) =>
    xpathsOf(element)
      .flatMap((xpath) => callsIn(xpath))
      .filter((call) => isOfScript(element, call, scripts, functoids))
      .map(({ prefix, local }) => ({ name: `${prefix}:${local}`, local, element })),
  );
  const found = [...Map.groupBy(calls, ({ name }) => name)].map(([name, uses]) => {
    const more = [...new Set(uses.map(({ element }) => element.line))];
    const lines = more.length > 1 ? `, in lines ${more.join(', ')}` : '';
    return finding('XSLT_SCRIPT', placeOf(file.path, uses[0]!.element), {
      reason: `${name}() is a function of a script${lines}`,
    });
  });
  const written = file.elements.filter(isScript);
  if (found.length > 0 || written.length === 0 || functoids.size > 0) return found;
  return [finding('XSLT_SCRIPT', placeOf(file.path, written[0]!), { reason: 'msxsl:script is not run' })];
}
