/** Media types of a contract: which entry is meant by a content type, and what a caller accepts. */

export const essenceOf = (contentType: string) => contentType.split(';')[0]!.trim().toLowerCase();

export const isJson = (essence: string) => /^application\/(?:[\w.+-]+\+)?json$/.test(essence);

export const isXml = (essence: string) => /^(?:application|text)\/(?:[\w.+-]+\+)?xml$/.test(essence);

/** The entry itself before a range that it is in; parameters do not count. */
export function mediaFor<T>(contentType: string, content: ReadonlyMap<string, T>): readonly [string, T] | undefined {
  const wanted = essenceOf(contentType);
  const entries = [...content].map(([type, value]) => [essenceOf(type), value] as const);
  const [group] = wanted.split('/');
  return (
    entries.find(([type]) => type === wanted) ??
    entries.find(([type]) => type === `${group}/*`) ??
    entries.find(([type]) => type === '*/*')
  );
}

/** `accept`: the header. What cannot be read accepts anything. */
export function accepts(accept: string | undefined, types: readonly string[]): boolean {
  if (accept === undefined || accept.trim() === '' || types.length === 0) return true;
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return { type, refused: parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) };
  });
  const known = ranges.filter(({ type }) => /^[^/\s]+\/[^/\s]+$/.test(type));
  if (known.length === 0) return true;
  return types.map(essenceOf).some((type) => {
    const fitting = known.filter((range) => fits(range.type, type)).sort((a, b) => width(a.type) - width(b.type));
    return fitting[0] !== undefined && !fitting[0].refused;
  });
}

const fits = (range: string, type: string) =>
  range === '*/*' || range === type || type === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));

const width = (range: string) => (range === '*/*' ? 2 : range.endsWith('/*') ? 1 : 0);
