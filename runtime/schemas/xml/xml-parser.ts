/**
 * A strict, namespace-aware parser: no document type declarations (so no entities but the five of XML itself), bounded
 * depth. The fast kind does not know where it is; whoever needs places parses again with the other.
 */
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';

export type { SaxesAttributeNS, SaxesTagNS };

export interface XmlHandlers {
  open(tag: SaxesTagNS): void;
  close(tag: SaxesTagNS): void;
  characters(text: string): void;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface XmlParser {
  /** A whole document. Throws BusError kind `message`, and what the handlers throw; after that it must not be used again. */
  parse(text: string): void;
  /** The same in pieces, and the end of it. */
  write(text: string): void;
  end(): void;
  /** Characters that the parser has gone through. */
  offset(): number;
  resolve(prefix: string): string | undefined;
  /** Of the start tag at hand, or how far the parser has come. */
  place(): Place;
}

export const MAX_DEPTH = 256;

/** At most six handlers: with more, V8 turns the parser into a dictionary, which makes it five times slower. */
export function createXmlParser(handlers: XmlHandlers, places: boolean): XmlParser {
  const parser = new SaxesParser({ xmlns: true, position: places });
  let depth = 0;
  let start: Place | undefined;
  const place = () => start ?? { line: parser.line, column: Math.max(1, parser.column) };
  if (places) {
    parser.on('opentagstart', ({ name }) => {
      start = { line: parser.line, column: Math.max(1, parser.column - name.length - 1) };
    });
  }
  parser.on('doctype', () => {
    throw busError('XML_DOCTYPE', { ...place() });
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > MAX_DEPTH) throw busError('NESTED_TOO_DEEP', { limit: MAX_DEPTH });
    handlers.open(tag);
    start = undefined;
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    handlers.close(tag);
  });
  parser.on('text', (text) => handlers.characters(text));
  parser.on('cdata', (text) => handlers.characters(text));
  const guarded = (work: () => unknown) => {
    try {
      work();
    } catch (thrown) {
      if (isBusError(thrown) || !Error.isError(thrown)) throw thrown;
      const reason = reasonOf(thrown)
        .replace(/^\d+:\d+: /, '')
        .replace(/\.$/, '');
      throw busError('XML_SYNTAX', { line: parser.line, column: Math.max(1, parser.column), reason });
    }
  };
  return {
    parse: (text) => guarded(() => parser.write(text).close()),
    write: (text) => guarded(() => parser.write(text)),
    offset: () => parser.position,
    end: () => guarded(() => parser.close()),
    place,
    resolve: (prefix) => parser.resolve(prefix),
  };
}
