/** Numbers, texts, lists and objects as they are written in an expression. */
import type { Field, LogicalType } from '../contracts/schema.ts';
import { widened } from './convert.ts';
import { common } from './logical-type.ts';
import {
  ANY,
  BOOLEAN,
  type Checking,
  INTEGER,
  literal,
  type Node,
  NULL,
  NUMBER,
  problem,
  TEXT,
  type Typed,
} from './typed.ts';

export function compileValue(node: Node, value: unknown, checking: Checking): Typed {
  if (value === null) return literal(node, NULL, null);
  if (typeof value === 'string') return literal(node, TEXT, value);
  if (typeof value === 'boolean') return literal(node, BOOLEAN, value);
  if (typeof value === 'number') return literal(node, NUMBER, value);
  if (typeof value !== 'bigint')
    return problem(checking, node, 'Bytes and unsigned numbers are not used here', 'Write a text or a plain number.');
  if (Number.isSafeInteger(Number(value))) return literal(node, INTEGER, Number(value));
  return problem(checking, node, 'The number has too many digits to be exact', `Write decimal("${value}").`);
}

export function compileList(node: Node, items: readonly Node[], checking: Checking): Typed {
  const given = items.map((item) => checking.compile(item, checking));
  const of = given.length === 0 ? ANY : given.map(({ type }) => type).reduce(common);
  const type: LogicalType = { kind: 'list', of };
  const typed = given.map((item) => widened(item, of));
  if (typed.every((item) => item.literal))
    return literal(node, type, Object.freeze(typed.map((item) => item.literal!.value)));
  const runs = typed.map(({ run }) => run);
  return { node, type, nullable: false, run: (frame) => runs.map((run) => run(frame)) };
}

/** { "name": value }: names are texts; null values are left out. */
export function compileObject(node: Node, entries: readonly (readonly [Node, Node])[], checking: Checking): Typed {
  const fields = new Map<string, Field>();
  const parts: { readonly name: string; readonly run: Typed['run'] }[] = [];
  for (const [key, value] of entries) {
    const name = key.op === 'value' && typeof key.args === 'string' ? key.args : undefined;
    const typed = checking.compile(value, checking);
    if (name === undefined)
      problem(checking, key, 'The name of a field must be a text', 'Write it in quotes: { "name": value }.');
    else if (name === '__proto__') problem(checking, key, 'A field cannot be called __proto__', 'Choose another name.');
    else if (fields.has(name))
      problem(checking, key, `The field "${name}" stands here twice`, 'Leave one of them out.');
    else {
      fields.set(name, { type: typed.type, required: !typed.nullable });
      parts.push({ name, run: typed.run });
    }
  }
  const run: Typed['run'] = (frame) => {
    const result: Record<string, unknown> = {};
    for (const part of parts) {
      const value = part.run(frame);
      if (value !== null) result[part.name] = value;
    }
    return result;
  };
  return { node, type: { kind: 'object', fields: () => fields, open: false }, nullable: false, run };
}
