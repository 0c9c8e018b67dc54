/** What an XSD or a WSDL refers to: includes, imports and redefinitions by location or namespace, imports of WSDLs. */
import { XSD } from '../../schemas/xml/namespaces.ts';
import { isStandard } from '../../schemas/xml/xsd/standard-schemas.ts';
import type { Reference } from './gather.ts';

const DIRECTIVE = /<(?:[\w.-]+:)?(?:include|import|redefine|override)\b[^>]*>/g;
const LOCATION = /\b(schemaLocation|location)\s*=\s*(["'])(.*?)\2/;
const NAMESPACE = /\bnamespace\s*=\s*(["'])(.*?)\1/;

export function xmlReferences(text: string): Reference[] {
  const plain = text.replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length));
  return [...plain.matchAll(DIRECTIVE)].flatMap(({ 0: tag, index }) => referenceIn(tag, index) ?? []);
}

function referenceIn(tag: string, index: number): Reference | undefined {
  const found = LOCATION.exec(tag);
  const written = NAMESPACE.exec(tag)?.[2];
  const namespace = written === undefined ? {} : { namespace: unescaped(written) };
  if (namespace.namespace === XSD) return undefined;
  if (!found || found[3] === '') return { from: index, to: index, target: undefined, ...namespace, written: () => '' };
  const [whole, name, quote, location] = found as unknown as [string, string, string, string];
  const target = unescaped(location.trim());
  const known = namespace.namespace !== undefined && isStandard(namespace.namespace);
  const from = index + found.index;
  return {
    from,
    to: from + whole.length,
    target: known && /^https?:/i.test(target) ? undefined : target,
    ...namespace,
    optional: name === 'schemaLocation',
    written: (file: string) => `${name}=${quote}${file}${quote}`,
  };
}

const unescaped = (text: string) => text.replaceAll('&amp;', '&');
