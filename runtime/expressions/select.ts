/** Names, fields and items. What is not there is null; names that objects inherit are never reached. */
import type { Field, LogicalType, ObjectType } from '../contracts/schema.ts';
import { nearest } from '../errors/nearest.ts';
import { suggestName } from '../errors/suggest-name.ts';
import { describe, isUnknown } from './logical-type.ts';
import { suggestField } from './suggest-field.ts';
import { ANY, type Checking, literal, type Node, problem, type Run, type Typed, textOf } from './typed.ts';

export function compileName(node: Node, name: string, checking: Checking): Typed {
  const variable = checking.variables.get(name);
  if (!variable) {
    const known = [...checking.variables.keys()];
    const help =
      known.length > 0 ? `The names here are ${known.join(', ')}.` : 'No names can be used here, only values.';
    const meant = checking.text[node.end] === '.' ? suggestName(name, known) : `"${name}"`;
    const suggestion = suggestField(name, checking) ?? nearest(name, known) ?? meant;
    return problem(checking, node, `Unknown name "${name}"`, help, { suggestion });
  }
  const { slot, type } = variable;
  const nullable = variable.nullable && !checking.present.has(name);
  return { node, type, nullable, run: (frame) => frame[slot] };
}

export function compileField(node: Node, [target, name]: readonly [Node, string], checking: Checking): Typed {
  return field(node, checking.compile(target, checking), name, node.pos, checking);
}

export function compileIndex(node: Node, [target, index]: readonly [Node, Node], checking: Checking): Typed {
  const of = checking.compile(target, checking);
  const at = checking.compile(index, checking);
  if (typeof at.literal?.value === 'string' && of.type.kind !== 'list')
    return field(node, of, at.literal.value, index.start, checking);
  if (of.type.kind === 'list' && (at.type.kind === 'integer' || isUnknown(at.type)))
    return item(node, of, at, of.type.of);
  if ((of.type.kind === 'object' || of.type.kind === 'any') && (at.type.kind === 'string' || isUnknown(at.type)))
    return { node, type: ANY, nullable: true, run: (frame) => dynamic(of.run(frame), at.run(frame)) };
  if (of.type.kind === 'any' && at.type.kind === 'integer') return item(node, of, at, ANY);
  const what = `${describe(of.type)} has no item at ${describe(at.type)}`;
  return problem(checking, index, capital(what), 'Lists are indexed by whole numbers from 0, objects by a text.');
}

function item(node: Node, list: Typed, at: Typed, type: LogicalType): Typed {
  return { node, type, nullable: true, run: (frame) => dynamic(list.run(frame), at.run(frame)) };
}

function dynamic(target: unknown, key: unknown): unknown {
  if (Array.isArray(target)) return typeof key === 'number' ? (target[key] ?? null) : null;
  return isObject(target) && typeof key === 'string' && Object.hasOwn(target, key) ? (target[key] ?? null) : null;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function field(node: Node, target: Typed, name: string, offset: number, checking: Checking): Typed {
  if (name === '__proto__')
    return problem(checking, node, 'There is no field __proto__', 'Use a field of the schema.', { offset });
  if (isUnknown(target.type)) return { node, type: ANY, nullable: true, run: ownField(target.run, name) };
  if (target.type.kind !== 'object') return noFields(node, target, name, offset, checking);
  const known = target.type.fields().get(name);
  if (!known && !target.type.open) return unknownField(node, target, name, offset, checking);
  const present = checking.present.has(textOf(checking, node));
  const nullable = !present && (target.nullable || !known?.required);
  const run = name in Object.prototype || !known ? ownField(target.run, name) : knownField(target.run, name);
  return { node, type: known?.type ?? ANY, nullable, run };
}

/** The schema vouches for the name, and it is none that every object inherits. */
function knownField(target: Run, name: string): Run {
  return (frame) => {
    const value = target(frame);
    return value === null ? null : ((value as Record<string, unknown>)[name] ?? null);
  };
}

const ownField =
  (target: Run, name: string): Run =>
  (frame) =>
    dynamic(target(frame), name);

function noFields(node: Node, target: Typed, name: string, offset: number, checking: Checking): Typed {
  const what = textOf(checking, target.node);
  const list = target.type.kind === 'list';
  const help = list ? `Write ${what}[0].${name} or ${what}.map(item, item.${name}).` : 'Leave the field away.';
  const suggestion = list ? `${what}[0].${name}` : what;
  const message = `${what} is ${describe(target.type)} and has no field "${name}"`;
  return problem(checking, node, message, help, { offset, suggestion });
}

function unknownField(node: Node, target: Typed, name: string, offset: number, checking: Checking): Typed {
  const fields: ReadonlyMap<string, Field> = (target.type as ObjectType).fields();
  const what = textOf(checking, target.node);
  const known = [...fields.keys()];
  const help = known.length > 0 ? `${what} has ${listed(known)}.` : `${what} has no fields.`;
  const suggestion = nearest(name, known) ?? suggestField(name, checking) ?? suggestName(name, known);
  return problem(checking, node, `${what} has no field "${name}"`, help, { offset, suggestion });
}

const listed = (names: readonly string[]) =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);

/** has(a.b.c): present and not null. */
export function compileHas(node: Node, args: readonly Node[], checking: Checking): Typed {
  const [path] = args;
  if (args.length !== 1 || !path || (path.op !== '.' && path.op !== '[]' && path.op !== 'id'))
    return problem(checking, path ?? node, 'has() takes one field', 'Write has(name.field).');
  const { run, literal: constant } = checking.compile(path, checking);
  if (constant) return literal(node, { kind: 'boolean' }, constant.value !== null);
  return { node, type: { kind: 'boolean' }, nullable: false, run: (frame) => run(frame) !== null };
}
