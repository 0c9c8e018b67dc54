/** References in text and attributes of XML: to the five entities, and to characters. Source: XML 1.0, 4.1 and 4.6. */

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const LONGEST = 10;

/** Undefined where a reference is none, or is to something else. */
export function resolveReferences(text: string): string | undefined {
  let result = '';
  let from = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', from)) {
    const end = text.indexOf(';', at);
    if (end < 0 || end - at > LONGEST) return undefined;
    const name = text.slice(at + 1, end);
    const meant = ENTITIES.get(name) ?? characterOf(name);
    if (meant === undefined) return undefined;
    result += text.slice(from, at) + meant;
    from = end + 1;
  }
  return result + text.slice(from);
}

function characterOf(name: string): string | undefined {
  const found = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
  if (!found) return undefined;
  const code = found[1] === undefined ? Number.parseInt(found[2]!, 10) : Number.parseInt(found[1], 16);
  return isCharacter(code) ? String.fromCodePoint(code) : undefined;
}

const isCharacter = (code: number) =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);
