/**
 * XML without a schema: `{ Root: { child: ..., '@attribute': ..., text: ... } }`. Every value is text; an element that
 * occurs once is a value, one that occurs more often a list; names keep their prefixes.
 */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import type { Promote } from '../promotion.ts';
import { decodeXml } from './decode-xml.ts';
import { escapeAttribute, escapeText, holdsForbidden } from './escape.ts';
import { rootName } from './namespaces.ts';
import { createXmlParser } from './xml-parser.ts';

const ATTRIBUTE = '@';
const TEXT = 'text';
const MAX_DEPTH = 256;
const NAME = /^[\p{L}_][\p{L}\p{N}_.-]*(:[\p{L}_][\p{L}\p{N}_.-]*)?$/u;
const SHARED = { ignoreAttributes: false, attributeNamePrefix: ATTRIBUTE, textNodeName: TEXT } as const;

const ignore = { open() {}, close() {}, characters() {} };

export function createPlainXmlMessage(type: string, root: string | undefined, promote: Promote): CompiledSchema {
  const parser = new XMLParser({
    ...SHARED,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    htmlEntities: true,
    maxNestedTags: MAX_DEPTH,
  });
  const builder = new XMLBuilder({ ...SHARED, processEntities: false, suppressEmptyNode: true });
  return {
    type,
    format: 'xml',
    contentType: 'application/xml; charset=utf-8',
    root: root === undefined ? undefined : rootOfName(root),
    document: { kind: 'any' },
    read: (bytes) => readPlain(parser, decodeXml(bytes)),
    write: (document) => Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${buildPlain(builder, type, document)}`),
    validate: () => [],
    promote,
  };
}

const rootOfName = (name: string) => {
  const match = /^\{([^}]*)\}(.+)$/.exec(name);
  return match ? rootName(match[1]!, match[2]!) : name;
};

/** The strict parser decides what is XML at all; it refuses document types, so no entity is left to expand. */
function readPlain(parser: XMLParser, text: string): unknown {
  createXmlParser(ignore, true).parse(text);
  try {
    return parser.parse(text);
  } catch (thrown) {
    if (isBusError(thrown)) throw thrown;
    throw busError(
      'XML_SYNTAX',
      { line: 1, column: 1, reason: reasonOf(thrown).replace(/\.$/, '') },
      { cause: thrown },
    );
  }
}

function buildPlain(builder: XMLBuilder, type: string, document: unknown): string {
  const refuse = (path: string, reason: string): never => {
    throw busError('DOCUMENT_NOT_WRITABLE', { type, path: path === '' ? '/' : path, reason });
  };
  if (typeof document !== 'object' || document === null || Object.keys(document).length !== 1) {
    return refuse('', 'must be an object with one key, the root element');
  }
  const [[root, content] = ['', undefined]] = Object.entries(document);
  if (Array.isArray(content) || root.startsWith(ATTRIBUTE)) return refuse(`/${root}`, 'must be one element');
  return builder.build(escaped(document, '', '', 0, refuse)) as string;
}

function escaped(
  value: unknown,
  key: string,
  path: string,
  depth: number,
  refuse: (path: string, reason: string) => never,
): unknown {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') {
    const text = String(value);
    if (holdsForbidden(text)) refuse(path, 'holds a character that XML does not allow');
    return key.startsWith(ATTRIBUTE) ? escapeAttribute(text) : escapeText(text);
  }
  if (depth > MAX_DEPTH) refuse(path, 'is nested too deep');
  if (key.startsWith(ATTRIBUTE) || key === TEXT) refuse(path, 'must be a single value');
  if (Array.isArray(value))
    return value.map((item, index) => escaped(item, key, `${path}/${index}`, depth + 1, refuse));
  const entries = Object.entries(value).map(([name, inside]): [string, unknown] => {
    const at = `${path}/${name}`;
    const bare = name.startsWith(ATTRIBUTE) ? name.slice(1) : name;
    if (!NAME.test(bare) || bare === '__proto__') refuse(at, 'is not a name in XML');
    return [name, escaped(inside, name, at, depth + 1, refuse)];
  });
  return Object.fromEntries(entries);
}
