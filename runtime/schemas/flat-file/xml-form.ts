/** A flat file whose schema is an XSD has its documents in XML, too: as BizTalk's disassembler makes them. */
import type { CompiledSchema, LogicalType } from '../../contracts/schema.ts';

/** `xml`: of the element that is the file. Undefined where the two have documents of different shapes, so that one cannot stand for the other. */
export function xmlForm(flat: LogicalType, xml: CompiledSchema, root: string): CompiledSchema | undefined {
  if (isAlike(flat, xml.document, 0)) return xml;
  const inner = flat.kind === 'object' ? flat.fields() : new Map();
  const only = inner.size === 1 ? inner.get(root)?.type : undefined;
  if (!only || !isAlike(only, xml.document, 0)) return undefined;
  const unwrapped = (document: unknown) => (document as Readonly<Record<string, unknown>>)[root];
  return {
    ...xml,
    document: flat,
    read: (bytes) => ({ [root]: xml.read(bytes) }),
    write: (document) => xml.write(unwrapped(document)),
    validate: (document, bytes) => xml.validate(unwrapped(document), bytes),
  };
}

const DEEPEST = 16;

/** Of the same names and lists; what a value is may be told more closely by one of them. */
function isAlike(flat: LogicalType, xml: LogicalType, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (flat.kind === 'list' || xml.kind === 'list')
    return flat.kind === 'list' && xml.kind === 'list' && isAlike(flat.of, xml.of, depth + 1);
  if (flat.kind !== 'object' || xml.kind !== 'object') return flat.kind !== 'object' && xml.kind !== 'object';
  const known = xml.fields();
  return [...flat.fields()].every(([name, { type }]) => {
    const other = known.get(name);
    return other !== undefined && isAlike(type, other.type, depth + 1);
  });
}
