/** Which content types are taken: `text/xml`, `application/*+json`, `text/*`, any; parameters and letter case do not count. */

/** What a media type in the options must look like. */
export const mediaTypePattern = '^(\\*/\\*|[a-z0-9!#$&^_.+-]+/(\\*|(\\*\\+)?[a-z0-9!#$&^_.+-]+))$';

export function compileMediaTypes(types: readonly string[]): (contentType: string) => boolean {
  const exact = new Set(types.filter((type) => !type.includes('*')));
  const open = types.filter((type) => type.includes('*')).map(compileOpen);
  return (contentType) => {
    if (exact.has(contentType)) return true;
    const end = contentType.indexOf(';');
    const type = (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
    return exact.has(type) || open.some((matches) => matches(type));
  };
}

function compileOpen(pattern: string): (type: string) => boolean {
  const [before, after] = pattern.split('*', 2) as [string, string];
  if (pattern === '*/*') return (type) => type.includes('/');
  return (type) => type.startsWith(before) && type.endsWith(after) && type.length > before.length + after.length;
}
