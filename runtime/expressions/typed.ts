/** A part of an expression after checking: its type, and a closure that computes it. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { ExpressionProblem, LookupTables } from '../contracts/expression.ts';
import type { LogicalType } from '../contracts/schema.ts';

/** The values of one evaluation: slot 0 holds the work that is left (work.ts), the others hold variables. Absent is null. */
export type Frame = unknown[];
export type Run = (frame: Frame) => unknown;
export type Node = ASTNode;

export interface Typed {
  readonly node: Node;
  readonly type: LogicalType;
  /** It may give null: something that it selects is not required. */
  readonly nullable: boolean;
  readonly run: Run;
  /** Where its value is known before anything runs. */
  readonly literal?: { readonly value: unknown };
}

export interface Variable {
  readonly type: LogicalType;
  readonly slot: number;
  readonly nullable: boolean;
}

/** What one compilation knows; `problems` and `slots` are shared by all scopes within it. */
export interface Checking {
  readonly text: string;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Texts of paths that a has(...) around has shown to be present. */
  readonly present: ReadonlySet<string>;
  readonly lookups: LookupTables | undefined;
  readonly problems: ExpressionProblem[];
  readonly slots: { next: number };
  readonly compile: (node: Node, checking: Checking) => Typed;
}

export const ANY: LogicalType = { kind: 'any' };
export const TEXT: LogicalType = { kind: 'string' };
export const BOOLEAN: LogicalType = { kind: 'boolean' };
export const INTEGER: LogicalType = { kind: 'integer' };
export const NUMBER: LogicalType = { kind: 'number' };
export const DECIMAL: LogicalType = { kind: 'decimal' };
export const NULL: LogicalType = { kind: 'null' };

/** Notes a problem and gives a part of type any, so that one mistake is told once. */
export function problem(
  checking: Checking,
  node: Node,
  message: string,
  help: string,
  options: { readonly offset?: number; readonly suggestion?: string | undefined } = {},
): Typed {
  const { offset = node.start, suggestion } = options;
  checking.problems.push({ message, offset, help, ...(suggestion === undefined ? {} : { suggestion }) });
  return { node, type: ANY, nullable: false, run: () => null };
}

export function literal(node: Node, type: LogicalType, value: unknown): Typed {
  return { node, type, nullable: value === null, run: () => value, literal: { value } };
}

/** The part of the text that a node stands for. */
export const textOf = (checking: Checking, node: Node) => checking.text.slice(node.start, node.end);
