/** Logical types as expressions see them: in words, what may stand for what, and what two of them have in common. */
import type { LogicalType, ObjectType } from '../contracts/schema.ts';
import { ANY } from './typed.ts';

const WORDS: Readonly<Record<LogicalType['kind'], string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  decimal: 'a decimal',
  boolean: 'true or false',
  any: 'anything',
  null: 'null',
  list: 'a list',
  object: 'an object',
};

export function describe(type: LogicalType): string {
  if (type.kind === 'string' && type.format) return `a ${type.format}`;
  return type.kind === 'list' && type.of.kind !== 'any' ? `a list of ${plural(type.of)}` : WORDS[type.kind];
}

const plural = (type: LogicalType) => (type.kind === 'string' ? 'texts' : `${WORDS[type.kind].replace(/^an? /, '')}s`);

export const isNumeric = ({ kind }: LogicalType) => kind === 'integer' || kind === 'number' || kind === 'decimal';
export const isUnknown = ({ kind }: LogicalType) => kind === 'any' || kind === 'null';

/** The types meet in ==, a list or the branches of a condition. */
export function isComparable(a: LogicalType, b: LogicalType): boolean {
  return isUnknown(a) || isUnknown(b) || a.kind === b.kind || (isNumeric(a) && isNumeric(b));
}

const WIDTH = ['integer', 'number', 'decimal'];

/** The narrowest type that both are; any where they have nothing in common. */
export function common(a: LogicalType, b: LogicalType): LogicalType {
  if (a === b || b.kind === 'null') return a;
  if (a.kind === 'null') return b;
  if (isNumeric(a) && isNumeric(b)) return WIDTH.indexOf(a.kind) > WIDTH.indexOf(b.kind) ? a : b;
  if (a.kind !== b.kind) return ANY;
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', of: common(a.of, b.of) };
  if (a.kind === 'string') return { kind: 'string' };
  return a.kind === 'object' ? ANY : a;
}

/** Why a value of type `from` cannot stand where `to` is wanted; undefined when it can. */
export function mismatch(from: LogicalType, to: LogicalType, depth = 0): string | undefined {
  if (depth > 12 || from === to || isUnknown(from) || to.kind === 'any') return undefined;
  if (isNumeric(from) && isNumeric(to)) return widens(from, to) ? undefined : describe(from);
  if (from.kind !== to.kind) return describe(from);
  if (from.kind === 'string' && to.kind === 'string') return formatMismatch(from.format, to.format);
  if (from.kind === 'list' && to.kind === 'list') return mismatch(from.of, to.of, depth + 1) && describe(from);
  if (from.kind === 'object' && to.kind === 'object') return objectMismatch(from, to, depth + 1);
  return undefined;
}

const formatMismatch = (from: string | undefined, to: string | undefined) =>
  from === undefined || to === undefined || from === to ? undefined : `a ${from}`;

const widens = (from: LogicalType, to: LogicalType) => WIDTH.indexOf(from.kind) <= WIDTH.indexOf(to.kind);

function objectMismatch(from: ObjectType, to: ObjectType, depth: number): string | undefined {
  const given = from.fields();
  for (const [name, field] of to.fields()) {
    const found = given.get(name);
    if (!found && field.required && !from.open) return `an object without ${name}`;
    const digits = found && field.type.kind === 'decimal' && isNumeric(found.type) && found.type.kind !== 'decimal';
    const wrong = digits ? describe(found.type) : found && mismatch(found.type, field.type, depth);
    if (wrong) return `an object whose ${name} is ${wrong}`;
  }
  return undefined;
}

const FORMS = { date: 'yyyy-MM-dd', 'date-time': "yyyy-MM-dd'T'HH:mm:ssXXX", time: 'HH:mm:ss' } as const;

/** What to write to make the one from the other. */
export function conversion(from: LogicalType, to: LogicalType): string {
  if (from.kind === 'string' && to.kind === 'string' && to.format)
    return `Write date(..., "Europe/London", "${FORMS[to.format]}") around it.`;
  if (to.kind === 'string' && isNumeric(from)) return 'Write string(...) around it.';
  if (to.kind === 'integer' && isNumeric(from)) return 'Write integer(...) or round(..., 0) around it.';
  if (to.kind === 'integer' || to.kind === 'number' || to.kind === 'decimal')
    if (from.kind === 'string' || isNumeric(from)) return `Write ${to.kind}(...) around it.`;
  if (from.kind === 'list') return 'Take one item, such as items[0], or make one output for each with `each`.';
  if (to.kind === 'list') return 'Write it as a list: [ ... ], or make one for each with `each`.';
  return `Give ${describe(to)}.`;
}

/** The expression `text` made into the other type; undefined where nothing makes it. */
export function converting(text: string, from: LogicalType, to: LogicalType): string | undefined {
  if (from.kind === 'string' && to.kind === 'string' && to.format)
    return `date(${text}, "Europe/London", "${FORMS[to.format]}")`;
  if (to.kind === 'string' && (isNumeric(from) || from.kind === 'boolean')) return `string(${text})`;
  if (isNumeric(to) && (isNumeric(from) || from.kind === 'string')) return `${to.kind}(${text})`;
  if (to.kind === 'boolean' && from.kind === 'string') return `${text} == "..."`;
  if (to.kind === 'boolean' && isNumeric(from)) return `${text} > 0`;
  if (from.kind === 'list' && to.kind !== 'list') return `${text}[0]`;
  return to.kind === 'list' ? `[${text}]` : undefined;
}
