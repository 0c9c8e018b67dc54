/** Escapes text for XML; what XML cannot hold at all is an error. */

/** Characters that no XML document may hold, and lone surrogates. */
const FORBIDDEN = /(?![\t\n\r\x7f-\x9f])\p{Cc}|[\ufffe\uffff]|\p{Cs}/u;
const TEXT = /[&<>\r]/;
const ATTRIBUTE = /[&<>"\t\n\r]/;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

export function escapeText(text: string): string {
  return TEXT.test(text) ? text.replace(/[&<>\r]/g, (character) => ENTITIES[character]!) : text;
}

export function escapeAttribute(text: string): string {
  return ATTRIBUTE.test(text) ? text.replace(/[&<>"\t\n\r]/g, (character) => ENTITIES[character]!) : text;
}

export const holdsForbidden = (text: string) => FORBIDDEN.test(text);
