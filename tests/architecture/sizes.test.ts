/** How large files and functions may be, and what they may be called. There is no list of exceptions: split instead. */
import { basename } from 'node:path';
import { parseSync } from '@swc/core';
import { type SourceFile, sources } from './tree.ts';

const FILE_LINES = 350;
const FUNCTION_LINES = 60;

const product = sources('runtime', 'adapters');

describe('sizes', () => {
  test(`no file is longer than ${FILE_LINES} lines`, () => {
    const long = product
      .filter(({ lines }) => lines.length > FILE_LINES)
      .map(({ path, lines }) => `${path}: ${lines.length} lines`);
    expect(long).toEqual([]);
  });

  test(`no function is longer than ${FUNCTION_LINES} lines`, () => {
    const long = product.flatMap((file) => {
      return functionsOf(file)
        .filter(({ lines }) => lines > FUNCTION_LINES)
        .map(({ line, lines }) => `${file.path}:${line} ${lines} lines`);
    });
    expect(long).toEqual([]);
  });

  test('the rule bites', () => {
    const body = Array.from({ length: 70 }, (_, index) => `  a(${index});`).join('\n');
    const text = `export function made(): void {\n${body}\n}\n`;
    expect(
      functionsOf({ path: 'made.ts', text, lines: text.split('\n') }).filter(({ lines }) => lines > FUNCTION_LINES),
    ).toHaveLength(1);
  });
});

describe('names', () => {
  test('no room without a name', () => {
    expect(
      product
        .filter(({ path }) => /(^|\/)(utils?|helpers?|common|misc|types)(\/|\.ts$)/.test(path))
        .map(({ path }) => path),
    ).toEqual([]);
  });

  test('files are named in kebab-case', () => {
    expect(
      product.filter(({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*\.(ts|js)$/.test(basename(path))).map(({ path }) => path),
    ).toEqual([]);
  });

  test('every file opens with what it is for', () => {
    expect(product.filter(({ text }) => !/^(#!.*\n)?\s*(\/\*\*|\/\/)/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

interface Spanning {
  readonly span?: { readonly start: number; readonly end: number };
}

interface Measured {
  readonly line: number;
  readonly lines: number;
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'MethodProperty',
  'Constructor',
]);

/**
 * Every function with its length. A factory that returns an object of closures is measured without the functions that it
 * declares directly, since it is to them what a class is to its methods.
 */
function functionsOf(file: SourceFile): Measured[] {
  const module = parseSync(file.text, { syntax: 'typescript', target: 'es2024' });
  const base = module.span.start;
  const bytes = Buffer.from(file.text);
  const lineAt = (offset: number) => bytes.subarray(0, offset).toString('utf8').split('\n').length;
  const start = Math.max(0, bytes.indexOf(firstToken(file.text)));
  const found: Measured[] = [];
  const visit = (node: unknown): number => {
    if (Array.isArray(node)) return node.reduce((sum: number, child) => sum + visit(child), 0);
    if (node === null || typeof node !== 'object') return 0;
    const nested = Object.values(node).reduce((sum: number, child) => sum + visit(child), 0);
    const { type, span } = node as { type?: string } & Spanning;
    if (!type || !FUNCTIONS.has(type) || !spanOf(node, span)) return nested;
    const { start: from, end: to } = spanOf(node, span)!;
    const line = lineAt(from - base + start);
    const lines = lineAt(to - base + start) - line + 1;
    found.push({ line, lines: lines - nested });
    return lines;
  };
  visit(module.body);
  return found;
}

const spanOf = (node: object, span: Spanning['span']) =>
  span ?? ('function' in node ? (node.function as Spanning).span : undefined);

/** SWC counts from the first token of the file, not from its first byte. */
function firstToken(text: string): string {
  const stripped = text.replace(/^(#!.*\n|\s+|\/\*[\s\S]*?\*\/|\/\/.*\n)*/, '');
  return stripped.slice(0, 40);
}
