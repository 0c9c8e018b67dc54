/** The root element of an XML message as `namespace#name`, from its first bytes alone. Throws BusError kind `message`. */
import { busError } from '../../errors/bus-error.ts';
import { decodeXmlStart } from './decode-xml.ts';
import { rootName } from './namespaces.ts';
import { createXmlParser } from './xml-parser.ts';

const START = 65_536;

class Found {
  readonly root: string;
  constructor(root: string) {
    this.root = root;
  }
}

export function rootOf(bytes: Uint8Array): string {
  const parser = createXmlParser(
    {
      open(tag) {
        throw new Found(rootName(tag.uri, tag.local));
      },
      close() {},
      characters() {},
    },
    true,
  );
  try {
    parser.parse(decodeXmlStart(bytes, START));
  } catch (thrown) {
    if (thrown instanceof Found) return thrown.root;
    throw thrown;
  }
  throw busError('XML_SYNTAX', { line: 1, column: 1, reason: 'there is no root element' });
}
