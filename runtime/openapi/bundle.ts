/** A contract as one JSON document for those who want to call it: with our own address, and what it refers to within. */
import { posix } from 'node:path';
import { parse } from 'yaml';
import { type Documents, decoded } from './documents.ts';
import { asNode, isNode } from './node.ts';
import { isSwagger2 } from './swagger-2.ts';

/** Where other documents lie in it. */
const OTHERS = 'x-documents';

/** `base`: the path at which it is served, '' for none. Every file that it refers to must have been read. */
export function bundled({ main, files }: Documents, base: string): string {
  const documents = new Map([...files].map(([file, text]) => [file, read(text)]));
  const rewritten = (file: string) =>
    withReferences(documents.get(file), (reference) => placed(reference, file, main, documents));
  const others = [...documents.keys()].filter((file) => file !== main).map((file) => [file, rewritten(file)] as const);
  const document = asNode(rewritten(main));
  const { host: _, schemes: __, ...swagger } = document;
  const address = isSwagger2(document)
    ? { ...swagger, basePath: base === '' ? '/' : base }
    : { ...document, servers: [{ url: base === '' ? '/' : base }] };
  return JSON.stringify({ ...address, ...(others.length > 0 ? { [OTHERS]: Object.fromEntries(others) } : {}) });
}

const read = (text: string): unknown => (/^\s*\{/.test(text) ? JSON.parse(text) : parse(text, { logLevel: 'error' }));

/** One that leads to what is not there stays as it is. */
function placed(reference: string, from: string, main: string, documents: ReadonlyMap<string, unknown>): string {
  const [target = '', fragment = ''] = reference.split('#');
  if (target === '' && from === main) return reference;
  const file = target === '' ? from : posix.normalize(posix.join(posix.dirname(from), decoded(target)));
  if (!documents.has(file) || (fragment !== '' && !fragment.startsWith('/'))) return reference;
  if (file === main) return `#${fragment}`;
  const step = encodeURIComponent(file.replaceAll('~', '~0').replaceAll('/', '~1'));
  return `#/${OTHERS}/${step}${fragment}`;
}

function withReferences(value: unknown, change: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, change));
  if (!isNode(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? change(inner) : withReferences(inner, change),
    ]),
  );
}
