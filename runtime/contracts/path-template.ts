/** Segments of paths with parameters, such as `{name}.{format}`. */

/**
 * What the parameters of a segment stand for in a text; undefined where it does not match. Parameters are never empty; of several the
 * first takes as much as it can. Takes no longer than the text is long, whatever stands in it.
 */
export function segmentMatcher(segment: string): (text: string) => readonly string[] | undefined {
  const [first = '', ...literals] = segment.split(/\{[^{}]*\}/);
  return (text) => {
    if (!text.startsWith(first)) return undefined;
    const values: string[] = [];
    let end = text.length;
    for (const [index, literal] of literals.toReversed().entries()) {
      const last = index === 0;
      // Right to left: the text before a literal is left as long as it can be.
      const at = last ? end - literal.length : text.lastIndexOf(literal, end - literal.length - 1);
      if (at < first.length || !text.startsWith(literal, at)) return undefined;
      if (index > 0) values.unshift(text.slice(at + literal.length, end));
      end = at;
    }
    if (literals.length === 0) return end === first.length ? [] : undefined;
    values.unshift(text.slice(first.length, end));
    return values.includes('') ? undefined : values;
  };
}
