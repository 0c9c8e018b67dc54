/** && || ! and ?: over true and false, from left to right, no further than needed. */

import { widened } from './convert.ts';
import { fail } from './failure.ts';
import { common, converting, describe, isUnknown } from './logical-type.ts';
import { BOOLEAN, type Checking, type Node, problem, type Run, type Typed, textOf } from './typed.ts';

/** Compiles a node that must be true or false. */
export function compileBoolean(node: Node, checking: Checking, where: string): Typed {
  const typed = checking.compile(node, checking);
  if (typed.type.kind === 'boolean' && !typed.nullable) return typed;
  if (typed.type.kind !== 'boolean' && !isUnknown(typed.type))
    return problem(
      checking,
      node,
      `${where} must be true or false, not ${describe(typed.type)}`,
      'Compare it with something.',
      { suggestion: converting(textOf(checking, node), typed.type, BOOLEAN) ?? `has(${textOf(checking, node)})` },
    );
  return { ...typed, type: BOOLEAN, nullable: false, run: strict(typed.run, textOf(checking, node)) };
}

const strict =
  (run: Run, text: string): Run =>
  (frame) => {
    const value = run(frame);
    return typeof value === 'boolean' ? value : fail(`${text} is ${value === null ? 'absent' : 'not true or false'}`);
  };

export function compileAnd(node: Node, [left, right]: readonly [Node, Node], checking: Checking): Typed {
  const a = compileBoolean(left, checking, 'What stands before &&');
  const b = compileBoolean(right, { ...checking, present: shown(left, checking) }, 'What stands after &&');
  const [first, second] = [a.run, b.run];
  return { node, type: BOOLEAN, nullable: false, run: (frame) => first(frame) === true && second(frame) === true };
}

export function compileOr(node: Node, [left, right]: readonly [Node, Node], checking: Checking): Typed {
  const [first, second] = [
    compileBoolean(left, checking, 'What stands before ||').run,
    compileBoolean(right, checking, 'What stands after ||').run,
  ];
  return { node, type: BOOLEAN, nullable: false, run: (frame) => first(frame) === true || second(frame) === true };
}

export function compileNot(node: Node, operand: Node, checking: Checking): Typed {
  const { run } = compileBoolean(operand, checking, 'What stands after !');
  return { node, type: BOOLEAN, nullable: false, run: (frame) => run(frame) !== true };
}

export function compileCondition(node: Node, args: readonly [Node, Node, Node], checking: Checking): Typed {
  const test = compileBoolean(args[0], checking, 'What stands before ?').run;
  const yes = checking.compile(args[1], { ...checking, present: shown(args[0], checking) });
  const no = checking.compile(args[2], checking);
  const type = common(yes.type, no.type);
  const [a, b] = [widened(yes, type).run, widened(no, type).run];
  return {
    node,
    type,
    nullable: yes.nullable || no.nullable,
    run: (frame) => (test(frame) === true ? a(frame) : b(frame)),
  };
}

/** The paths that are known to be present where the condition holds. */
function shown(condition: Node, checking: Checking): ReadonlySet<string> {
  const found = new Set(checking.present);
  const visit = (node: Node): void => {
    if (node.op === '&&') node.args.forEach(visit);
    if (node.op === 'call' && node.args[0] === 'has' && node.args[1][0]) found.add(textOf(checking, node.args[1][0]));
    if (node.op === '!=' && node.args[1].op === 'value' && node.args[1].args === null)
      found.add(textOf(checking, node.args[0]));
  };
  visit(condition);
  return found;
}
