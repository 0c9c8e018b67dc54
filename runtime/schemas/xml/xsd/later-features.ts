/** What a schema uses of XSD 1.1, which the validator does not know: told by its name and place, before anything else is. */
import type { Finding } from '../../../contracts/finding.ts';
import { finding } from '../../../errors/finding.ts';
import { XSD } from '../namespaces.ts';
import { attribute, namespaceOf, placeOf, type XmlNode } from './tree.ts';

const ELEMENTS: ReadonlySet<string> = new Set([
  'assert',
  'assertion',
  'alternative',
  'openContent',
  'defaultOpenContent',
  'explicitTimezone',
]);
const ATTRIBUTES: readonly string[] = [
  'notNamespace',
  'notQName',
  'inheritable',
  'defaultAttributes',
  'defaultAttributesApply',
  'xpathDefaultNamespace',
];
const TYPES: ReadonlySet<string> = new Set([
  'dateTimeStamp',
  'yearMonthDuration',
  'dayTimeDuration',
  'anyAtomicType',
  'error',
]);
const REFERRING: readonly string[] = ['type', 'base', 'itemType', 'memberTypes'];

export function laterFeatures(schemas: Iterable<XmlNode>): Finding[] {
  return [...schemas].flatMap((schema) => featuresIn(schema));
}

function featuresIn(node: XmlNode): Finding[] {
  if (node.local === 'appinfo' || node.local === 'documentation') return [];
  const own = node.uri === XSD ? featuresOf(node) : [];
  const told = own.map((what) => finding('SCHEMA_UNSUPPORTED', placeOf(node), { what: `${what}, of XSD 1.1,` }));
  return [...told, ...node.children.flatMap(featuresIn)];
}

function featuresOf(node: XmlNode): string[] {
  const types = REFERRING.flatMap((name) => attribute(node, name)?.split(/\s+/) ?? []).filter((name) =>
    isLater(node, name),
  );
  return [
    ...(ELEMENTS.has(node.local) ? [`xs:${node.local}`] : []),
    ...ATTRIBUTES.filter((name) => node.attributes.has(name)).map((name) => `${name} of xs:${node.local}`),
    ...types.map((name) => `The type ${name}`),
    ...(repeatsInAll(node) ? ['An element that repeats within xs:all'] : []),
  ];
}

function isLater(node: XmlNode, name: string): boolean {
  const [local, prefix = ''] = name.split(':').reverse() as [string, string?];
  return TYPES.has(local) && namespaceOf(node, prefix) === XSD;
}

const repeatsInAll = (node: XmlNode): boolean =>
  node.local === 'element' && node.parent?.local === 'all' && !['0', '1'].includes(attribute(node, 'maxOccurs') ?? '1');
