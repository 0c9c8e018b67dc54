/** A media type and its parameters. Source: RFC 9110, section 8.3.1; quoted values may hold what ends others. */
export interface MediaType {
  /** In lower case. */
  readonly type: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const PARAMETER = /;\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))/g;

export function readMediaType(header: string): MediaType {
  const type = /^\s*([^;\s]*)/.exec(header)![1]!.toLowerCase();
  const parameters = new Map<string, string>();
  for (const [, name, quoted, plain] of header.matchAll(PARAMETER)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
    if (!parameters.has(name!.toLowerCase())) parameters.set(name!.toLowerCase(), value);
  }
  return { type, parameters };
}
