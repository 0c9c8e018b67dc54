/** Whether text is a piece of XML that stands on its own: balanced, its prefixes declared, no document type declaration. */
import { isBusError } from '../../errors/as-bus-error.ts';
import { holdsForbidden } from './escape.ts';
import { createXmlParser } from './xml-parser.ts';

const ignore = { open() {}, close() {}, characters() {} };

export function isWellFormed(piece: string): boolean {
  if (!/[<&]|\]\]>/.test(piece)) return !holdsForbidden(piece);
  try {
    createXmlParser(ignore, false).parse(`<x>${piece}</x>`);
    return true;
  } catch (thrown) {
    if (isBusError(thrown)) return false;
    throw thrown;
  }
}
