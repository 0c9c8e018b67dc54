/**
 * assign: sets fields of messages, or variables, in the order in which they stand. A message is never changed: a new one
 * takes its place, one for each message of the step. A message that does not exist yet begins empty.
 */
import type { LogicalType } from '../../contracts/schema.ts';
import type { Path } from '../../contracts/source.ts';
import type { Compiler } from '../compiler.ts';
import { initialiseFrom } from '../correlate.ts';
import { isPlain, withValueAt } from '../plain.ts';
import type { CompiledShape, Formula } from '../program.ts';
import { construct, documentOf, evaluate, isConstructed, type Run } from '../run.ts';
import type { Reference } from '../state.ts';
import { expression } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface AssignShape extends CompiledShape {
  readonly kind: 'assign';
  readonly assignments: readonly Assignment[];
}

/** `fields` leads into the message; empty, the whole of it is replaced. */
interface Assignment {
  readonly target: string;
  readonly variable: boolean;
  readonly fields: readonly string[];
  readonly value: Formula;
}

export const assign: ShapeKind<AssignShape> = {
  kind: 'assign',
  schema: {
    type: 'object',
    description: 'Sets fields of messages (message.field) and variables',
    minProperties: 1,
    additionalProperties: expression('The value'),
  },
  tracked: false,

  compile: (value, path, compiler) => {
    const entries = isPlain(value) ? Object.entries(value) : [];
    if (entries.length === 0) {
      const expected = 'a mapping (key: value)';
      compiler.report('WRONG_TYPE', path, {
        where: '"assign"',
        expected,
        found: 'something else',
        description: '<message>.<field>: <expression>',
      });
      return undefined;
    }
    const assignments = entries.flatMap(([target, text]) => compileOne(target, text, [...path, target], compiler));
    return { assignments, makes: [...new Set(messagesIn(assignments))] };
  },

  flow: ({ assignments }, before, flow) =>
    assignments.reduce((known, { target, variable, value }) => {
      flow.formula(value, known);
      return variable ? known : flow.make(target, known);
    }, before),

  step: ({ assignments }, run) => {
    const made = allOrNone(run, () => {
      const references = new Map<string, Reference>();
      for (const assignment of assignments) carryOut(assignment, run, references);
      return references;
    });
    for (const [name, reference] of made) initialiseFrom(run, name, reference);
    return NEXT;
  },
};

const messagesIn = (assignments: readonly Assignment[]) =>
  assignments.filter(({ variable }) => !variable).map(({ target }) => target);

function compileOne(written: string, text: unknown, path: Path, compiler: Compiler): Assignment[] {
  const [target = '', ...fields] = written.split('.');
  const variable = compiler.variables.get(target);
  if (variable && fields.length === 0)
    return withValue({ target, variable: true, fields }, text, path, compiler, variable);
  if (!compiler.messages.has(target)) {
    const known = [...compiler.messages.keys(), ...compiler.variables.keys()];
    const what = fields.length > 0 ? 'message' : 'message or variable';
    const at = { part: 'key', unknown: { name: target, known } } as const;
    compiler.report('ASSIGN_TARGET_UNKNOWN', path, { what, name: target }, at);
    return [];
  }
  const type = compiler.fieldType(target, fields, path);
  return type ? withValue({ target, variable: false, fields }, text, path, compiler, type) : [];
}

function withValue(
  to: Omit<Assignment, 'value'>,
  text: unknown,
  path: Path,
  compiler: Compiler,
  expected: LogicalType,
): Assignment[] {
  const value = compiler.formula(text, path, expected);
  return value ? [{ ...to, value }] : [];
}

/** A step that fails half way is tried again as a whole: nothing of it may stay. */
function allOrNone<T>({ state, thread, commands }: Run, change: () => T): T {
  const before = { messages: { ...state.messages }, variables: { ...state.variables } };
  const views = thread.frames.map(({ view }) => view && { ...view });
  const length = commands.length;
  try {
    return change();
  } catch (thrown) {
    Object.assign(state, before);
    thread.frames.forEach((frame, index) => {
      if (views[index]) frame.view = views[index];
    });
    commands.length = length;
    throw thrown;
  }
}

/** The first change of a message in the step makes a new one; further ones are still part of its making. */
function carryOut({ target, variable, fields, value }: Assignment, run: Run, made: Map<string, Reference>): void {
  const result = evaluate(run, value) ?? null;
  if (variable) {
    run.state.variables[target] = result;
    return;
  }
  const before = isConstructed(run, target) ? documentOf(run, target) : {};
  const document = withValueAt(before, fields, result);
  const known = made.get(target);
  if (known) replace(run, known, document);
  else made.set(target, construct(run, target, document));
}

function replace(run: Run, { id, type }: Reference, document: unknown): void {
  const index = run.commands.findIndex((command) => command.id === id);
  run.commands[index] = { id, kind: 'construct', message: { id, type, document } };
  run.documents.set(id, document);
}
