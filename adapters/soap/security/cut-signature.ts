/** The signature in a security header, as XML that stands alone. */
import { standAlone } from '../stand-alone.ts';
import { readXml, type Tag } from '../xml-reader.ts';
import { SIGNATURE } from './names.ts';

/** `security`: a header block that stands alone, with one signature in it. */
export function cutSignature(security: string): string {
  let inherited: Readonly<Record<string, string>> = {};
  let current: Tag | undefined;
  let found = '';
  readXml(security, {
    open(tag) {
      if (tag.depth === 0) inherited = tag.declared;
      if (tag.depth === 1) current = tag.uri === SIGNATURE && tag.local === 'Signature' ? tag : undefined;
    },
    close(depth, end) {
      if (depth !== 1 || !current) return;
      const { start, declared } = current;
      found = standAlone({ text: security, start, end, declared, inherited });
    },
  });
  return found;
}
