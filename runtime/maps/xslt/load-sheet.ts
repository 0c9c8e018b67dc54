/** A stylesheet with all that it includes, imports and reads: files of mappings/ and nothing else. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { LookupTables } from '../../contracts/expression.ts';
import type { Finding, Location } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { escapeAttribute } from '../../schemas/xml/escape.ts';
import { FUNCTOIDS_ADDRESS, functoidSheet, functoidsIn } from './functoids.ts';
import { XSL } from './namespaces.ts';
import type { Sheet } from './protocol.ts';
import { attributeOf, readStylesheet, type SheetElement, type SheetFile } from './read-stylesheet.ts';

export interface SolutionTexts {
  /** The text of a file relative to the solution's folder. */
  read(path: string): string | undefined;
  readonly known: readonly string[];
  /** What `document('lookup:<name>')` gives. */
  readonly lookups?: LookupTables;
}

export interface LoadedSheet {
  readonly sheet: Sheet;
  /** Those that are stylesheets, the one that was named first. */
  readonly files: readonly SheetFile[];
  /** Names of functions of scripts for which others stand. */
  readonly functoids: ReadonlySet<string>;
}

/** Stands for the solution's folder; libxslt asks for such addresses by itself, and for files it would go to the disk. */
const BASE = 'http://solution/';
const FOLDER = 'mappings/';
export const LOOKUP = 'lookup:';

export const pathOf = (address: string): string | undefined =>
  address.startsWith(BASE) ? decodeURIComponent(address.slice(BASE.length)) : undefined;

const addressOf = (path: string) => BASE + path.split('/').map(encodeURIComponent).join('/');

export const startOf = (file: string): Location => ({ file, line: 1, column: 1, path: '' });

/** `path`: of a file that is there. */
export function loadSheet(path: string, texts: SolutionTexts): LoadedSheet | { readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const files = new Map<string, SheetFile>();
  const visit = (at: string) => {
    const read = readStylesheet(at, texts.read(at)!);
    if ('reason' in read) {
      const { line, column, reason } = read;
      findings.push(
        finding('XSLT_INVALID', { file: at, line, column, path: '' }, { reason: `It is not well-formed: ${reason}` }),
      );
      return;
    }
    files.set(at, read);
    findings.push(...rootFindings(read));
    for (const element of read.elements.filter(isReference)) {
      const found = referred(read, element, texts);
      if (typeof found !== 'string') findings.push(found);
      else if (!files.has(found)) visit(found);
    }
  };
  visit(path);
  if (findings.length > 0) return { findings };
  const all = [...files.values()];
  const functoids = new Set(all.flatMap(({ script }) => functoidsIn(script)));
  return { sheet: sheetOf(all, functoids.size > 0, texts), files: all, functoids };
}

const isReference = ({ uri, local }: SheetElement) => uri === XSL && (local === 'include' || local === 'import');

function rootFindings({ path, elements }: SheetFile): Finding[] {
  const root = elements[0]!;
  const at = placeOf(path, root);
  const isSheet = root.uri === XSL && (root.local === 'stylesheet' || root.local === 'transform');
  const version = isSheet
    ? attributeOf(root, 'version')
    : root.attributes.find(({ uri, name }) => uri === XSL && name.endsWith(':version'))?.value;
  if (version === '1.0') return [];
  if (version !== undefined)
    return [
      finding('XSLT_INVALID', at, { reason: `It is written in XSLT ${version}, and XSLT 1.0 is what runs here` }),
    ];
  const reason = isSheet
    ? `${root.name} has no \`version\``
    : `Its root is ${root.name} and not xsl:stylesheet of ${XSL}`;
  return [finding('XSLT_INVALID', at, { reason })];
}

export const placeOf = (
  file: string,
  { line, column }: { readonly line: number; readonly column: number },
): Location => ({
  file,
  line,
  column,
  path: '',
});

/** The path of what it names, or what is wrong with it. */
function referred(file: SheetFile, element: SheetElement, texts: SolutionTexts): string | Finding {
  const href = attributeOf(element, 'href') ?? '';
  const at = placeOf(file.path, element);
  const path = resolved(file.path, href);
  if (path === undefined)
    return finding('XSLT_REFUSED', at, {
      reason: `${element.name} names ${href || 'nothing'}, which is no file of mappings/`,
    });
  if (texts.read(path) !== undefined) return path;
  const known = texts.known
    .filter((each) => /\.xslt?$/i.test(each))
    .map((each) => posix.relative(posix.dirname(file.path), each));
  return finding('XSLT_FILE_UNKNOWN', at, { file: path }, { unknown: { name: href, known } });
}

/** Undefined where it leads out of mappings/ or is an address. */
export function resolved(from: string, href: string): string | undefined {
  if (href === '' || /^[a-z][a-z0-9+.-]*:|^\/|\\/i.test(href)) return undefined;
  const path = posix.normalize(posix.join(posix.dirname(from), decoded(href.replace(/[?#].*$/s, ''))));
  return path.startsWith(FOLDER) ? path : undefined;
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href; // A `%` that stands for itself.
  }
}

/** Only where it may ask for one. */
function lookupsIn(files: readonly SheetFile[], lookups: LookupTables = new Map()): (readonly [string, string])[] {
  if (!files.some(({ text }) => text.includes(LOOKUP))) return [];
  return [...lookups].map(([name, table]) => {
    const entries = [...table].map(
      ([key, value]) => `<entry key="${escapeAttribute(key)}" value="${escapeAttribute(value)}"/>`,
    );
    return [LOOKUP + name, `<lookup name="${escapeAttribute(name)}">${entries.join('')}</lookup>`];
  });
}

/** On the line of its root, so that all lines stay where they are. */
function importing({ text, elements }: SheetFile): string {
  const { name } = elements[0]!;
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':') + 1) : '';
  const tag = new RegExp(`<${name}(?:"[^"]*"|'[^']*'|[^>"'])*>`);
  const start = tag.exec(text.replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length)))!;
  const end = start.index + start[0].length;
  return `${text.slice(0, end)}<${prefix}import href="${FUNCTOIDS_ADDRESS}"/>${text.slice(end)}`;
}

/** With the XML files of mappings/, which `document()` may name. */
function sheetOf(files: readonly SheetFile[], functoids: boolean, texts: SolutionTexts): Sheet {
  const main = files[0]!.path;
  const data = files.some(({ text }) => text.includes('document('))
    ? texts.known.filter((path) => path.startsWith(FOLDER) && /\.xml$/i.test(path))
    : [];
  const given = [
    ...files.map(
      (file) => [addressOf(file.path), functoids && file.path === main ? importing(file) : file.text] as const,
    ),
    ...(functoids ? [[FUNCTOIDS_ADDRESS, functoidSheet()] as const] : []),
    ...lookupsIn(files, texts.lookups),
    ...data.map((path) => [addressOf(path), texts.read(path)!] as const),
  ];
  const id = createHash('sha256')
    .update(JSON.stringify([main, given]))
    .digest('hex');
  return { id, main: addressOf(main), files: given };
}
