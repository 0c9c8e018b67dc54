/** What is wrong with the `xml` annotations of a JSON Schema, at its place in the file. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { locatePointers } from '../json-schema/locate-pointers.ts';
import type { JsonNode, Resolve } from '../json-schema/logical-type.ts';
import { escapePointer } from '../json-schema/scan-json.ts';
import { bindXml } from './binding.ts';

const NAME = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
const KEYS = ['name', 'namespace', 'prefix', 'attribute', 'wrapped', 'nodeType'];
const NODE_TYPES = ['element', 'attribute', 'text', 'cdata', 'none'];

interface Problem {
  readonly pointer: string;
  readonly reason: string;
  readonly unknown?: { readonly name: string; readonly known: readonly string[] };
}

export function checkAnnotations(file: string, text: string, root: JsonNode, resolve: Resolve): Finding[] {
  const problems = problemsIn(root, '', resolve);
  const places = locatePointers(
    text,
    problems.map(({ pointer }) => pointer),
  );
  return problems.map(({ pointer, reason, unknown }) => {
    const place = places.get(pointer) ?? { line: 1, column: 1 };
    return finding('SCHEMA_INVALID', { file, ...place, path: pointer }, { file, reason }, unknown ? { unknown } : {});
  });
}

function problemsIn(node: unknown, pointer: string, resolve: Resolve): Problem[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = Array.isArray(node) ? [] : ofNode(node as Readonly<Record<string, unknown>>, pointer, resolve);
  const inside = Object.entries(node)
    .filter(
      ([key]) =>
        !['xml', 'enum', 'const', 'default', 'example', 'examples'].includes(key) || pointer.endsWith('/properties'),
    )
    .flatMap(([key, value]) => problemsIn(value, `${pointer}/${escapePointer(key)}`, resolve));
  return [...own, ...inside];
}

function ofNode(node: Readonly<Record<string, unknown>>, pointer: string, resolve: Resolve): Problem[] {
  const xml = pointer.endsWith('/properties') ? undefined : node['xml'];
  const told =
    typeof xml === 'object' && xml !== null
      ? ofAnnotation(node, xml as Record<string, unknown>, `${pointer}/xml`, resolve)
      : [];
  return [...told, ...(node['properties'] === undefined ? [] : sameNames(node, pointer, resolve))];
}

function ofAnnotation(node: JsonNode, xml: Record<string, unknown>, pointer: string, resolve: Resolve): Problem[] {
  const problems: Problem[] = [];
  const wrong = (key: string, reason: string, known?: readonly string[]) =>
    void problems.push({
      pointer: `${pointer}/${key}`,
      reason,
      ...(known ? { unknown: { name: String(known === KEYS ? key : xml[key]), known } } : {}),
    });
  for (const key of Object.keys(xml))
    if (!KEYS.includes(key) && !key.startsWith('x-')) wrong(key, `xml has no ${key}`, KEYS);
  for (const key of ['name', 'prefix'])
    if (xml[key] !== undefined && !NAME.test(String(xml[key])))
      wrong(key, `xml.${key} "${xml[key]}" is no name in XML`);
  for (const key of ['attribute', 'wrapped'])
    if (xml[key] !== undefined && typeof xml[key] !== 'boolean') wrong(key, `xml.${key} is true or false`);
  if (xml['namespace'] !== undefined && !/^[a-z][a-z0-9+.-]*:/i.test(String(xml['namespace'])))
    wrong('namespace', `xml.namespace "${xml['namespace']}" is no absolute URI`);
  if (xml['nodeType'] !== undefined && !NODE_TYPES.includes(String(xml['nodeType'])))
    wrong('nodeType', `xml.nodeType "${xml['nodeType']}" is not known`, NODE_TYPES);
  const { value } = bindXml(node, resolve, 'x');
  const single = xml['attribute'] === true || ['attribute', 'text', 'cdata'].includes(String(xml['nodeType']));
  if (single && value.kind !== 'scalar' && value.kind !== 'any')
    wrong(
      xml['attribute'] === true ? 'attribute' : 'nodeType',
      `${value.kind === 'list' ? 'a list' : 'an object'} cannot be an attribute or text`,
    );
  if (xml['wrapped'] === true && value.kind !== 'list') wrong('wrapped', 'only a list can be wrapped');
  return problems;
}

/** Two properties that would be the same element or attribute. */
function sameNames(node: JsonNode, pointer: string, resolve: Resolve): Problem[] {
  const { value } = bindXml(node, resolve, 'x');
  const seen = new Map<string, string>();
  return (value.kind === 'object' ? value.members().all : []).flatMap(({ place, uri, local, key }) => {
    const name = place === 'text' ? place : `${place} ${uri} ${local}`;
    const other = seen.get(name);
    seen.set(name, other ?? key);
    if (other === undefined) return [];
    return [
      {
        pointer: `${pointer}/properties/${escapePointer(key)}`,
        reason: `${key} and ${other} are the same ${place} ${place === 'text' ? '' : local}`.trimEnd(),
      },
    ];
  });
}
