/** Parses YAML text into a document with positions. Errors are listed, never thrown; duplicate keys are told elsewhere. */
import { type Document, LineCounter, parseDocument, YAMLParseError } from 'yaml';

export interface Parsed {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly errors: readonly YAMLParseError[];
}

export function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    strict: true,
    logLevel: 'error',
    stringKeys: true,
  }) as Document;
  return { document, lines, errors: [...document.errors, ...aliasErrors(document)] };
}

/** An alias may point nowhere, or explode when it is followed: only following it tells. */
function aliasErrors(document: Document): YAMLParseError[] {
  if (document.errors.length > 0) return [];
  try {
    document.toJS({ maxAliasCount: 100 });
    return [];
  } catch (thrown) {
    return [new YAMLParseError([0, 1], 'BAD_ALIAS', Error.isError(thrown) ? thrown.message : String(thrown))];
  }
}
