/** Compiles the values of a map to closures over one frame, checking each against the place in the target where it goes. */
import type { LookupTables } from '../contracts/expression.ts';
import type { LogicalType, ObjectType } from '../contracts/schema.ts';
import { compileTyped } from '../expressions/compile.ts';
import { widened } from '../expressions/convert.ts';
import { fail } from '../expressions/failure.ts';
import { describe } from '../expressions/logical-type.ts';
import { ANY, type Frame, INTEGER, type Run, type Typed, type Variable } from '../expressions/typed.ts';
import { countSteps } from '../expressions/work.ts';
import {
  type Checks,
  checkConstant,
  checkFields,
  checkTyped,
  noteProblems,
  type Place,
  within,
  wrongType,
} from './check.ts';
import { canBeFiled, Filed, isFixed, type Join, joinIn } from './join.ts';
import type { ExpressionSyntax, FieldSyntax, LoopSyntax, NameSyntax, ValueSyntax } from './syntax.ts';

/** Slot 0 of the frame counts work; slot 1 holds the leaf that runs, so that an error can say where it arose. */
export const LEAF = 1;
export const FIRST_SLOT = 2;

export interface Leaf {
  readonly expression: ExpressionSyntax;
  readonly field: string;
}

export interface Scope {
  readonly checks: Checks;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly slots: { next: number };
  readonly lookups: LookupTables;
  /** The names of the items of loops around; all other names stand for the same throughout a run. */
  readonly items: readonly string[];
}

type Of<K extends ValueSyntax['kind']> = ValueSyntax & { readonly kind: K };

/** Null from the closure means: leave the field out. */
export function compileValue(value: ValueSyntax, place: Place, scope: Scope): Run {
  const run = compileContent(value, value.when ? { ...place, required: false } : place, scope);
  if (!value.when) return run;
  const { run: test } = leaf(
    value.when,
    { ...place, name: place.name, type: { kind: 'boolean' }, required: false },
    scope,
  );
  return (frame) => (test(frame) === true ? run(frame) : null);
}

function compileContent(value: ValueSyntax, place: Place, scope: Scope): Run {
  switch (value.kind) {
    case 'expression':
      return compileExpressions(value, place, scope);
    case 'constant':
      return compileConstant(value, place, scope);
    case 'object':
      return compileObject(value, place, scope);
    case 'items':
      return compileItems(value, place, scope);
    case 'each':
      return compileEach(value, place, scope);
  }
}

function compileExpressions({ value, fallback }: Of<'expression'>, place: Place, scope: Scope): Run {
  const first = leaf(value, fallback ? { ...place, required: false } : place, scope).run;
  if (!fallback) return first;
  const second = leaf(fallback, place, scope).run;
  return (frame) => first(frame) ?? second(frame);
}

function leaf(expression: ExpressionSyntax, place: Place, scope: Scope): { readonly run: Run; readonly typed?: Typed } {
  const { checks, variables, slots, lookups } = scope;
  const { typed, problems } = compileTyped(expression.text, { variables, slots, lookups });
  noteProblems(checks, expression, problems);
  if (!typed || problems.length > 0) return { run: () => null };
  checkTyped(checks, typed, expression, place);
  const run = withoutHoles(widened(typed, place.type));
  const self: Leaf = { expression, field: place.name };
  const optional: Run = (frame) => {
    frame[LEAF] = self;
    return run(frame);
  };
  return { run: place.required ? required(optional) : optional, typed };
}

/** Documents have no null in lists: what is absent there is left out, as it is in objects. */
function withoutHoles({ run, type }: Typed): Run {
  if (type.kind !== 'list') return run;
  return (frame) => {
    const value = run(frame);
    return Array.isArray(value) && value.includes(null) ? value.filter((item) => item !== null) : value;
  };
}

const required =
  (run: Run): Run =>
  (frame) =>
    run(frame) ?? fail('it gives nothing, and the field is required');

function compileConstant({ value, path }: Of<'constant'>, place: Place, scope: Scope): Run {
  if (value === undefined) return () => null;
  checkConstant(scope.checks, value, path, place);
  const given = place.type.kind === 'decimal' ? String(value) : deepFreeze(value);
  return () => given;
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

interface Part {
  readonly name: string;
  readonly run: Run;
}

function compileObject({ fields, path }: Of<'object'>, place: Place, scope: Scope): Run {
  const { type } = place;
  if (type.kind !== 'object' && type.kind !== 'any') {
    const help =
      type.kind === 'list'
        ? 'Make one for each with `each`, or write it as a list: [ ... ].'
        : `Give ${describe(type)}.`;
    wrongType(scope.checks, path, place, 'an object', help);
    return () => null;
  }
  if (type.kind === 'object') checkFields(scope.checks, fields, type, place, path);
  const parts = inOrder(fields, type).map(({ name, value }): Part => {
    const field = type.kind === 'object' ? type.fields().get(name) : undefined;
    const inner = { name: within(place, name), type: field?.type ?? ANY, required: field?.required ?? false };
    return { name, run: compileValue(value, inner, scope) };
  });
  return building(parts, place.required || place.name === '');
}

/** In the order of the schema, whatever the order of the file. */
function inOrder(fields: readonly FieldSyntax[], type: LogicalType): readonly FieldSyntax[] {
  if (type.kind !== 'object') return fields;
  const order = new Map([...(type as ObjectType).fields().keys()].map((name, index) => [name, index]));
  const rank = ({ name }: FieldSyntax) => order.get(name) ?? order.size;
  return fields.toSorted((a, b) => rank(a) - rank(b));
}

/** An optional object of which nothing is there is left out. */
function building(parts: readonly Part[], keepEmpty: boolean): Run {
  return (frame) => {
    const result: Record<string, unknown> = {};
    let empty = true;
    for (let index = 0; index < parts.length; index += 1) {
      const { name, run } = parts[index]!;
      const value = run(frame);
      if (value === null) continue;
      result[name] = value;
      empty = false;
    }
    return empty && !keepEmpty ? null : result;
  };
}

function compileItems({ items, path }: Of<'items'>, place: Place, scope: Scope): Run {
  const inner = itemPlace(path, place, scope, 'a list', 'Give one value, not a list.');
  if (!inner) return () => null;
  const runs = items.map((item) => compileValue(item, { ...inner, required: false }, scope));
  return (frame) => runs.map((run) => run(frame)).filter((value) => value !== null);
}

function itemPlace(
  path: ValueSyntax['path'],
  place: Place,
  { checks }: Scope,
  found: string,
  help: string,
): Place | undefined {
  const { type } = place;
  if (type.kind === 'list') return { name: `${place.name}[]`, type: type.of, required: true };
  if (type.kind === 'any') return { name: `${place.name}[]`, type: ANY, required: false };
  wrongType(checks, path, place, found, help);
  return undefined;
}

function compileEach({ loops, item, path, number }: Of<'each'>, place: Place, scope: Scope): Run {
  const inner = itemPlace(
    path,
    place,
    scope,
    'one for each of a list',
    'Leave `each` out, and pick one item with [0].',
  );
  const lists: Loop[] = [];
  let within: Scope = scope;
  for (const { name, list } of loops) {
    const loop = compileLoop(name, list, place, within);
    lists.push(loop);
    within = loop.scope;
  }
  const counter = number && compileNumber(number, loops[0]!.list, within);
  within = counter?.scope ?? within;
  const at = inner ?? { ...place, type: ANY };
  const run = compileValue(item, { ...at, required: item.kind === 'object' }, within);
  const join = item.when && compileJoin(item.when, loops.at(-1)!, within);
  const orEmpty = place.required;
  return (frame) => {
    const result: unknown[] = [];
    return iterate(frame, { loops: lists, item: run, join, result, counter: counter?.slot }, 0) || orEmpty
      ? result
      : null;
  };
}

/** Of the innermost loop, where `when` compares its items with those around them. */
function compileJoin({ text }: ExpressionSyntax, { name, list }: LoopSyntax, scope: Scope): Join | undefined {
  const { variables, slots, lookups, items } = scope;
  const around = items.filter((each) => each !== name);
  const found = isFixed(list.text, around) ? joinIn(text, name, around) : undefined;
  if (!found) return undefined;
  const compile = (part: string) => compileTyped(part, { variables, slots, lookups }).typed;
  const [own, other] = [compile(found.own), compile(found.other)];
  if (!own || !other || !canBeFiled(own) || own.type.kind !== other.type.kind || !canBeFiled(other)) return undefined;
  return { own: own.run, other: other.run, slot: variables.get(name)!.slot, kept: slots.next++ };
}

/** Counts the items that are made, from 1. */
function compileNumber({ name, path }: NameSyntax, list: ExpressionSyntax, scope: Scope) {
  if (scope.variables.has(name)) {
    const taken = {
      message: `The name "${name}" is taken already`,
      offset: 0,
      help: 'Choose another name for the number.',
    };
    noteProblems(scope.checks, { ...list, path }, [taken]);
  }
  const slot = scope.slots.next++;
  const variables = new Map(scope.variables).set(name, { type: INTEGER, slot, nullable: false });
  return { slot, scope: { ...scope, variables, items: [...scope.items, name] } };
}

interface Loop {
  readonly scope: Scope;
  readonly run: Run;
  readonly slot: number;
}

function compileLoop(name: string, list: ExpressionSyntax, place: Place, scope: Scope): Loop {
  const anyList: LogicalType = { kind: 'list', of: ANY };
  const { run, typed } = leaf(list, { name: `${place.name} (each ${name})`, type: anyList, required: false }, scope);
  const taken = scope.variables.has(name) && `The name "${name}" is taken already`;
  if (taken)
    noteProblems(scope.checks, list, [{ message: taken, offset: 0, help: 'Choose another name for the items.' }]);
  const slot = scope.slots.next++;
  const type = typed?.type.kind === 'list' ? typed.type.of : ANY;
  const variables = new Map(scope.variables).set(name, { type, slot, nullable: type.kind === 'any' });
  return { scope: { ...scope, variables, items: [...scope.items, name] }, run, slot };
}

/** One run of an `each`. */
interface Pass {
  readonly loops: readonly Loop[];
  readonly item: Run;
  readonly join: Join | undefined;
  readonly result: unknown[];
  /** Where the number of the item stands, if it has a name. */
  readonly counter: number | undefined;
}

/** False when the outermost list is absent. */
function iterate(frame: Frame, pass: Pass, depth: number): boolean {
  const { loops, item, result, counter } = pass;
  const { slot } = loops[depth]!;
  const list = listAt(frame, pass, depth);
  if (list === null) return false;
  for (const entry of list) {
    countSteps(frame, 1);
    frame[slot] = entry ?? null;
    if (depth + 1 < loops.length) iterate(frame, pass, depth + 1);
    else {
      if (counter !== undefined) frame[counter] = result.length + 1;
      const value = item(frame);
      if (value !== null) result.push(value);
    }
  }
  return true;
}

function listAt(frame: Frame, { loops, join }: Pass, depth: number): readonly unknown[] | null {
  const joined = depth + 1 === loops.length ? join : undefined;
  const kept = joined && frame[joined.kept];
  if (kept instanceof Filed) return kept.matching(frame);
  const list = loops[depth]!.run(frame);
  if (list === null) return null;
  if (!Array.isArray(list)) return fail('it does not give a list');
  if (!joined) return list;
  const filed = new Filed(joined, list, frame);
  frame[joined.kept] = filed;
  return filed.matching(frame);
}
