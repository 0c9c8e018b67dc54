/** One node of the syntax tree to its type and closure: sends each kind of node to the file that knows it. */
import { compileArithmetic, compileNegation } from './arithmetic.ts';
import { compileCall } from './call.ts';
import { compileEquality, compileMembership, compileOrder } from './comparison.ts';
import { compileList, compileObject, compileValue } from './literals.ts';
import { compileAnd, compileCondition, compileNot, compileOr } from './logic.ts';
import { compileMacro, isMacro } from './macros.ts';
import { compileField, compileIndex, compileName } from './select.ts';
import { type Checking, type Node, problem, type Typed } from './typed.ts';

export function compileNode(node: Node, checking: Checking): Typed {
  switch (node.op) {
    case 'value':
      return compileValue(node, node.args, checking);
    case 'id':
      return compileName(node, node.args, checking);
    case '.':
      return compileField(node, node.args, checking);
    case '[]':
      return compileIndex(node, node.args, checking);
    case 'list':
      return compileList(node, node.args, checking);
    case 'map':
      return compileObject(node, node.args, checking);
    case 'call':
    case 'rcall':
      return compileCallOrMacro(node, checking);
    case '?:':
      return compileCondition(node, node.args, checking);
    case '!_':
      return compileNot(node, node.args, checking);
    case '-_':
      return compileNegation(node, node.args, checking);
    default:
      return compileBinary(node, checking);
  }
}

function compileCallOrMacro(node: Node & { op: 'call' | 'rcall' }, checking: Checking): Typed {
  const [name, receiver, args] = node.op === 'call' ? [node.args[0], undefined, node.args[1]] : node.args;
  if (isMacro(name, receiver !== undefined)) return compileMacro(node, name, receiver, args, checking);
  return compileCall(node, name, receiver ? [receiver, ...args] : args, checking);
}

function compileBinary(node: Node, checking: Checking): Typed {
  switch (node.op) {
    case '&&':
      return compileAnd(node, node.args, checking);
    case '||':
      return compileOr(node, node.args, checking);
    case '==':
    case '!=':
      return compileEquality(node, node.args, checking);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(node, node.args, checking);
    case 'in':
      return compileMembership(node, node.args, checking);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return compileArithmetic(node, node.args, checking);
    default:
      return problem(checking, node, `"${node.op}" is not supported here`, 'Write it another way.');
  }
}
