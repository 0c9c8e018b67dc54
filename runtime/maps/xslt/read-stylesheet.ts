/**
 * Reads the file of a stylesheet by itself: where its elements stand, for libxslt tells lines alone, what it declares and uses, and the
 * text as libxslt is given it. That has the same lines; each xsl:message in it tells where it stands and where it ends.
 */
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { COMMON, MSXSL, XSL } from './namespaces.ts';

export interface SheetElement {
  readonly uri: string;
  readonly local: string;
  /** With its prefix. */
  readonly name: string;
  /** Of its `<`, from 1. */
  readonly line: number;
  readonly column: number;
  /** The line on which its start tag ends, by which libxslt calls it. */
  readonly endLine: number;
  readonly attributes: readonly SheetAttribute[];
  readonly parent: SheetElement | undefined;
  /** The namespace of a prefix; undefined where none is declared. */
  resolve(prefix: string): string | undefined;
}

export interface SheetAttribute {
  readonly uri: string;
  readonly name: string;
  readonly value: string;
}

export interface SheetFile {
  readonly path: string;
  readonly elements: readonly SheetElement[];
  /** What its scripts say. */
  readonly script: string;
  readonly text: string;
}

export interface SheetProblem {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** Before and after the text of a message in what libxslt prints. */
export const MESSAGE_START = '\uE000';
export const MESSAGE_TEXT = '\uE001';
export const MESSAGE_END = '\uE002';

interface Insertion {
  readonly at: number;
  readonly cut: number;
  readonly text: string;
}

export function readStylesheet(path: string, written: string): SheetFile | SheetProblem {
  const text = written.replace(/^\uFEFF/, '');
  const parser = new SaxesParser({ xmlns: true, position: true });
  const elements: SheetElement[] = [];
  const open: SheetElement[] = [];
  const insertions: Insertion[] = [];
  let script = '';
  let start = { line: 1, column: 1 };
  const place = () => ({ line: parser.line, column: Math.max(1, parser.column) });
  parser.on('doctype', () => {
    throw new Problem({
      ...place(),
      reason: 'a document type declaration (DOCTYPE) is not read; write characters as &#160;',
    });
  });
  parser.on('opentagstart', ({ name }) => {
    start = { line: parser.line, column: Math.max(1, parser.column - name.length - 1) };
  });
  parser.on('opentag', (tag) => {
    const scopes = scopeOf(tag, open.at(-1));
    const element = elementOf(tag, { ...start, endLine: parser.line, parent: open.at(-1), resolve: scopes });
    elements.push(element);
    open.push(element);
    if (isMessage(element)) insertions.push(beginning(path, element, parser.position, tag.isSelfClosing));
  });
  parser.on('closetag', (tag) => {
    const element = open.pop()!;
    if (isMessage(element) && !tag.isSelfClosing)
      insertions.push({
        at: text.lastIndexOf('</', parser.position - 1),
        cut: 0,
        text: textNode(element, MESSAGE_END),
      });
  });
  const add = (characters: string) => {
    const element = open.at(-1);
    if (element && isScript(element)) script += characters;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  try {
    parser.write(text).close();
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.problem;
    if (!Error.isError(thrown)) throw thrown;
    return { ...place(), reason: thrown.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '') };
  }
  return { path, elements, script, text: forLibrary(inserted(text, insertions)) };
}

class Problem extends Error {
  readonly problem: SheetProblem;

  constructor(problem: SheetProblem) {
    super(problem.reason);
    this.problem = problem;
  }
}

function scopeOf(tag: SaxesTagNS, parent: SheetElement | undefined): SheetElement['resolve'] {
  const own = Object.keys(tag.ns).length === 0 ? undefined : new Map(Object.entries(tag.ns));
  if (!own && parent) return parent.resolve;
  return (prefix) => own?.get(prefix) ?? parent?.resolve(prefix);
}

type Placed = Pick<SheetElement, 'line' | 'column' | 'endLine' | 'parent' | 'resolve'>;

function elementOf(tag: SaxesTagNS, placed: Placed): SheetElement {
  const attributes = Object.values(tag.attributes as Readonly<Record<string, SaxesAttributeNS>>).map(
    ({ uri, name, value }): SheetAttribute => ({ uri, name, value }),
  );
  return { uri: tag.uri, local: tag.local, name: tag.name, attributes, ...placed };
}

export const attributeOf = (element: SheetElement, name: string): string | undefined =>
  element.attributes.find((attribute) => attribute.name === name)?.value;

export const isScript = ({ uri, local }: SheetElement) => uri === MSXSL && local === 'script';

const isMessage = ({ uri, local }: SheetElement) => uri === XSL && local === 'message';

function beginning(path: string, element: SheetElement, after: number, closed: boolean): Insertion {
  const ends = attributeOf(element, 'terminate') === 'yes' ? 'yes' : 'no';
  const escaped = path.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const head = textNode(element, `${MESSAGE_START}${ends} ${element.line}:${element.column} ${escaped}${MESSAGE_TEXT}`);
  if (!closed) return { at: after, cut: 0, text: head };
  return { at: after - 2, cut: 2, text: `>${head}${textNode(element, MESSAGE_END)}</${element.name}>` };
}

function textNode({ name }: SheetElement, text: string): string {
  const tag = `${name.slice(0, name.length - 'message'.length)}text`;
  return `<${tag}>${text}</${tag}>`;
}

function inserted(text: string, insertions: readonly Insertion[]): string {
  let result = '';
  let from = 0;
  for (const { at, cut, text: added } of insertions) {
    result += text.slice(from, at) + added;
    from = at + cut;
  }
  return result + text.slice(from);
}

/** It is given UTF-8, whatever the file says, and knows `node-set` by the name that EXSLT gave it. */
function forLibrary(text: string): string {
  const declared = new RegExp(`(\\sxmlns:[\\w.-]+\\s*=\\s*["'])${MSXSL}(["'])`, 'g');
  return text
    .replace(/^<\?xml[^>]*\?>/, (declaration) => `<?xml version="1.0"?>${declaration.replace(/[^\n]/g, '')}`)
    .replace(declared, `$1${COMMON}$2`);
}
