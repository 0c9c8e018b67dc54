/** What stands in the annotations of an element of a flat-file XSD, and what the schema sets for all of them. */
import { isXsd, type XmlNode } from '../xml/xsd/tree.ts';
import type { Repeat } from './layout.ts';

const BIZTALK = 'http://schemas.microsoft.com/BizTalk/2003';

export interface Defaults {
  /** The element that is the file, where the schema says so. */
  readonly root: string | undefined;
  readonly encoding: string;
  readonly delimiter: string;
  readonly order: 'prefix' | 'infix' | 'postfix';
  readonly pad: string;
  readonly wrap: string;
  readonly escape: string;
}

/** The attributes of a `b:recordInfo`, `b:fieldInfo` or `b:schemaInfo`; empty where there is none. */
export function infoOf(node: XmlNode, local: string): ReadonlyMap<string, string> {
  const annotations = node.children.filter((child) => isXsd(child, 'annotation'));
  const infos = annotations.flatMap(({ children }) => children).flatMap(({ children }) => children);
  return infos.find((info) => info.uri === BIZTALK && info.local === local)?.attributes ?? new Map();
}

export const isAnnotated = (schema: XmlNode): boolean =>
  infoOf(schema, 'schemaInfo').get('standard')?.toLowerCase() === 'flat file';

export function defaultsOf(schema: XmlNode): Defaults {
  const info = infoOf(schema, 'schemaInfo');
  const order = info.get('default_child_order');
  return {
    root: info.get('root_reference'),
    encoding: encodingNamed(info.get('codepage')),
    delimiter: marksIn(info, 'default_child_delimiter', ''),
    order: order === 'prefix' || order === 'postfix' ? order : 'infix',
    pad: marksIn(info, 'default_pad_char', ' '),
    wrap: marksIn(info, 'default_wrap_char', ''),
    escape: marksIn(info, 'default_escape_char', ''),
  };
}

const PAGES: Readonly<Record<string, string>> = {
  '65001': 'utf-8',
  '1200': 'utf-16le',
  '1201': 'utf-16be',
  '20127': 'us-ascii',
  '28591': 'iso-8859-1',
  '28605': 'iso-8859-15',
  '20273': 'cp273',
  '20285': 'cp285',
};

function encodingNamed(codepage = '65001'): string {
  const number = codepage.replace(/^.*\((\d+)\)$/, '$1');
  return PAGES[number] ?? (/^125\d$/.test(number) ? `windows-${number}` : `cp${number.padStart(3, '0')}`);
}

/** Characters, or their bytes as `0x0D 0x0A`, by what `<name>_type` says; `otherwise` where nothing or the default is meant. */
export function marksIn(info: ReadonlyMap<string, string>, name: string, otherwise: string): string {
  const type = info.get(`${name}_type`);
  const value = info.get(name);
  if (type === 'none') return '';
  if (value === undefined || value === '' || type === 'default') return otherwise;
  return type === 'hex' || /^0x/i.test(value) ? (fromHex(value) ?? value) : value;
}

/** Such as `0x0D 0x0A`, `0xD 0xA` or `0d0a`; undefined of anything else. */
function fromHex(value: string): string | undefined {
  const bytes = value
    .trim()
    .split(/[\s,]+|(?=0x)/i)
    .map((byte) => byte.replace(/^0x/i, ''));
  if (!bytes.every((byte) => /^([0-9a-f]|([0-9a-f]{2})+)$/i.test(byte))) return undefined;
  return Buffer.from(bytes.map((byte) => (byte.length === 1 ? `0${byte}` : byte)).join(''), 'hex').toString('latin1');
}

export const namesIn = (element: XmlNode): string =>
  element.attributes.get('name') ?? element.attributes.get('ref')?.replace(/^.*:/, '') ?? '';

export function occursOf({ attributes, local }: XmlNode): Repeat {
  if (local === 'attribute') return { min: attributes.get('use') === 'required' ? 1 : 0, max: 1 };
  const max = attributes.get('maxOccurs') ?? '1';
  return {
    min: Number(attributes.get('minOccurs') ?? 1),
    max: max === 'unbounded' ? Number.POSITIVE_INFINITY : Number(max),
  };
}

/** The type of an element: its own, or one that the schema names; undefined of a built-in one. */
export function typeNodeOf(element: XmlNode, schema: XmlNode): XmlNode | undefined {
  const own = element.children.find((child) => isXsd(child, 'complexType') || isXsd(child, 'simpleType'));
  const name = element.attributes.get('type')?.replace(/^.*:/, '');
  return (
    own ??
    schema.children.find(
      (node) => (isXsd(node, 'complexType') || isXsd(node, 'simpleType')) && node.attributes.get('name') === name,
    )
  );
}
