/** What an XSD or a WSDL refers to: includes, imports and redefinitions by location, imports of WSDLs. */
import type { Reference } from './gather.ts';

const DIRECTIVE = /<(?:[\w.-]+:)?(?:include|import|redefine|override)\b[^>]*>/g;
const LOCATION = /\b(schemaLocation|location)\s*=\s*(["'])(.*?)\2/;
/** Known without a file. */
const GIVEN =
  /namespace\s*=\s*["'](?:http:\/\/www\.w3\.org\/XML\/1998\/namespace|http:\/\/schemas\.xmlsoap\.org\/soap\/encoding\/|http:\/\/www\.w3\.org\/2001\/XMLSchema)["']/;

export function xmlReferences(text: string): Reference[] {
  const plain = text.replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length));
  return [...plain.matchAll(DIRECTIVE)].flatMap(({ 0: tag, index }) => {
    const found = LOCATION.exec(tag);
    if (!found || found[3] === '' || GIVEN.test(tag)) return [];
    const [whole, name, quote, target] = found as unknown as [string, string, string, string];
    const from = index + found.index;
    return [
      {
        from,
        to: from + whole.length,
        target: unescaped(target),
        written: (file: string) => `${name}=${quote}${file}${quote}`,
      },
    ];
  });
}

const unescaped = (text: string) => text.replaceAll('&amp;', '&');
