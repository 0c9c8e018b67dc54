/** task: waits until a person has done something, and takes what they filled in. */
import { busError } from '../../errors/bus-error.ts';
import { initialiseFrom } from '../correlate.ts';
import type { CompiledShape, Formula } from '../program.ts';
import { emit, evaluate, hold, type Run, referenceOf } from '../run.ts';
import type { Waited } from '../state.ts';
import { compileUntil, delaySchema, instantOf, type Until } from './delay.ts';
import { closed, expression, name, text } from './fragments.ts';
import { NEXT, type Outcome, type ShapeKind } from './shape.ts';

export interface TaskShape extends CompiledShape {
  readonly kind: 'task';
  readonly role: string;
  readonly title: Formula | undefined;
  readonly show: string | undefined;
  readonly response: string;
  readonly due: Until | undefined;
}

const schema = closed(
  'Waits until a person has done something',
  {
    name,
    role: text('Who may do it'),
    title: expression('What is to be done, in one line'),
    show: text('The logical message that they see'),
    result: text('The logical message that takes what they filled in; its message type is the form'),
    due: { ...delaySchema, description: `Until when, before the error Overdue. ${String(delaySchema['description'])}` },
  },
  ['role', 'title', 'result'],
);

export const task: ShapeKind<TaskShape> = {
  kind: 'task',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a task');
    if (!written) return undefined;
    const show = written['show'] === undefined ? undefined : compiler.message(written['show'], [...path, 'show']);
    const response = compiler.message(written['result'], [...path, 'result']) ?? '';
    const due = written['due'] === undefined ? undefined : compileUntil(written['due'], [...path, 'due'], compiler);
    const title = compiler.formula(written['title'], [...path, 'title'], { kind: 'string' });
    const role = compiler.text(written['role'], [...path, 'role']) ?? '';
    return { role, title, show, response, due, makes: [response] };
  },

  flow: ({ title, show, due, response, path }, before, flow) => {
    if (title) flow.formula(title, before);
    if (show !== undefined) flow.uses([show], [...path, 'show'], before);
    if (due && 'formula' in due) flow.formula(due.formula, before);
    return flow.make(response, before);
  },

  step: (shape, run, woken) => {
    if (!woken) return ask(shape, run);
    if (woken.kind === 'timer') return overdue(shape);
    const { event } = run;
    if (event.kind !== 'responded') return { to: 'again' };
    const { id, type = '' } = event.message;
    const expected = run.program.messages.get(shape.response)!;
    if (type !== expected) throw busError('RESPONSE_TYPE_UNEXPECTED', { port: shape.role, found: type, expected });
    hold(run, shape.response, { id, type });
    initialiseFrom(run, shape.response, { id, type });
    return NEXT;
  },
};

function ask({ role, title, show, response, due }: TaskShape, run: Run): Outcome {
  const until = due && instantOf(due, run);
  const id = emit(run, {
    kind: 'task',
    role,
    title: title ? String(evaluate(run, title)) : role,
    form: run.program.messages.get(response)!,
    ...(show === undefined ? {} : { show: referenceOf(run, show).id }),
    ...(until === undefined ? {} : { due: until }),
  });
  const done: Waited = { kind: 'task', id, branch: 0 };
  if (until === undefined) return { to: 'wait', for: [done] };
  return { to: 'wait', for: [done, { kind: 'timer', id: emit(run, { kind: 'timer', at: until }), branch: 0 }] };
}

function overdue({ role, name: called }: TaskShape): Outcome {
  const { code, message } = busError('TASK_OVERDUE', { name: called, role });
  return { to: 'raise', failure: { name: 'Overdue', code, reason: message } };
}
