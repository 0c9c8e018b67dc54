/** Where the n-th character of a YAML scalar's value stands in the text, behind quotes, escapes, headers and line breaks. */
import { isScalar, type Node } from 'yaml';

/** Characters from the node's start. Exact for plain, quoted and literal scalars; near for folded ones. */
export function sourceOffset(node: Node, text: string, offset: number): number {
  if (!isScalar(node) || !node.range) return offset;
  const raw = text.slice(node.range[0], node.range[1]);
  const block = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
  let at = block ? contentOf(raw) : node.type === 'PLAIN' ? 0 : 1;
  for (let count = 0; count < offset && at < raw.length; count += 1) at += widthOf(raw, at, node.type, block);
  return Math.min(at, raw.length);
}

/** Past the header line and the first line's indentation. */
const contentOf = (raw: string) => /^[^\n]*\n[\n ]*/.exec(raw)?.[0].length ?? 0;

/** How many characters of the text stand for one of the value. */
function widthOf(raw: string, at: number, type: string | undefined, block: boolean): number {
  const rest = raw.slice(at, at + 200);
  if (rest[0] === '\n' || (!block && /^[ \t]*\r?\n/.test(rest))) return lineBreak(raw, rest, block);
  if (type === 'QUOTE_DOUBLE' && rest[0] === '\\') return /^\\(?:x..|u.{4}|U.{8}|[\s\S])/.exec(rest)?.[0].length ?? 1;
  if (type === 'QUOTE_SINGLE' && rest.startsWith("''")) return 2;
  return 1;
}

function lineBreak(raw: string, rest: string, block: boolean): number {
  if (!block) return /^[ \t\r\n]*/.exec(rest)?.[0].length ?? 1;
  const indentation = contentOf(raw) - (raw.slice(0, contentOf(raw)).lastIndexOf('\n') + 1);
  const following = /^\n( *)/.exec(rest)?.[1]?.length ?? 0;
  return 1 + Math.min(indentation, following);
}
