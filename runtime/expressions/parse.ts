/**
 * CEL text to its syntax tree, within bounds; what is wrong comes back as a problem, never as an exception. Types and
 * evaluation are our own, because documents hold plain numbers and decimal texts where CEL has int64 and double.
 */
import { Environment, ParseError } from '@marcbachmann/cel-js';
import type { ExpressionProblem } from '../contracts/expression.ts';
import type { Node } from './typed.ts';

const LONGEST = 20_000;
const limits = { maxAstNodes: 2_000, maxDepth: 60, maxListElements: 1_000, maxMapEntries: 200, maxCallArguments: 32 };

export type Parsed = { readonly node: Node } | { readonly problem: ExpressionProblem };

export function parse(text: string): Parsed {
  if (text.trim() === '') return empty;
  if (text.length > LONGEST)
    return failed(`The expression has ${text.length} characters, more than ${LONGEST}`, 0, 'Make it shorter.');
  try {
    return { node: environment().parse(text).ast };
  } catch (thrown) {
    if (thrown instanceof ParseError)
      return failed(plain(thrown, text), thrown.range?.start ?? 0, helpFor(thrown, text));
    return failed('The expression cannot be read', 0, SYNTAX);
  }
}

/** A new one each time: the library's parser keeps the last text, and a compilation is rare. */
const environment = () => new Environment({ limits });

function helpFor({ code, range }: ParseError, text: string): string {
  if (text[range?.start ?? 0] === '=') return 'Write == to compare.';
  if (text[range?.start ?? 0] === '&' || text[range?.start ?? 0] === '|') return 'Write && for and, || for or.';
  return HELP[code] ?? SYNTAX;
}

const SYNTAX = 'Mend the syntax at that place.';

const HELP: Readonly<Record<string, string>> = {
  unterminated_string: 'Close the text with the quote that opened it.',
  reserved_identifier: 'The word is reserved; choose another name.',
  limit_exceeded: 'Split the expression into simpler ones.',
  invalid_macro_argument: 'Write it as list.map(item, item.field) or list.filter(item, condition).',
};

const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'the end',
  RPAREN: '")"',
  LPAREN: '"("',
  RBRACKET: '"]"',
  LBRACKET: '"["',
  RBRACE: '"}"',
  LBRACE: '"{"',
  COLON: '":"',
  COMMA: '","',
  DOT: '"."',
  QUESTION: '"?"',
  IDENTIFIER: 'a name',
  NUMBER: 'a number',
  STRING: 'a text',
  BOOLEAN: 'true or false',
  PLUS: '"+"',
  MINUS: '"-"',
  MULTIPLY: '"*"',
  DIVIDE: '"/"',
  MODULO: '"%"',
  EQ: '"=="',
  NE: '"!="',
  LT: '"<"',
  LE: '"<="',
  GT: '">"',
  GE: '">="',
  AND: '"&&"',
  OR: '"||"',
  NOT: '"!"',
  IN: '"in"',
  NULL: 'null',
};

/** Of a word that does not fit the library names the last letter only. */
function plain({ summary, range }: ParseError, text: string): string {
  const word = /^[A-Za-z_]\w*/.exec(text.slice(range?.start ?? 0))?.[0];
  if (word && summary.startsWith('Unexpected character')) return `Unexpected word "${word}"`;
  return summary.replace(/\b[A-Z]{2,}\b/g, (token) => TOKENS[token] ?? token);
}

const empty: Parsed = {
  problem: {
    message: 'The expression is empty',
    offset: 0,
    help: 'Write a field, a "text" or a formula.',
    suggestion: '""',
  },
};

const failed = (message: string, offset: number, help: string): Parsed => ({ problem: { message, offset, help } });
