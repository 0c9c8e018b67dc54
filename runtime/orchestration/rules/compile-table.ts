/**
 * Compiles a decision table, orchestrations/*.rules.yaml, and looks at all that may come: what no rule takes, what two rules take
 * that should not, and rules that are never reached.
 */
import { parse } from 'csv-parse/sync';
import type { LookupTables, WorkLimit } from '../../contracts/expression.ts';
import type { Finding } from '../../contracts/finding.ts';
import type { InputKind, RuleTable } from '../../contracts/rules.ts';
import type { LogicalType } from '../../contracts/schema.ts';
import type { Path, Source } from '../../contracts/source.ts';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { finding } from '../../errors/finding.ts';
import { compileExpression } from '../../expressions/compile.ts';
import { isPlain, type Plain } from '../plain.ts';
import { readCell, readValue } from './cell.ts';
import { coverageFindings } from './coverage.ts';
import { createTable, type Hit, type Output, type Rule } from './table.ts';

export interface TableContext {
  readonly lookups: LookupTables;
  /** Of each evaluation. */
  readonly limit?: WorkLimit | undefined;
  readonly read: (path: string) => string | undefined;
}

export interface Input {
  readonly kind: InputKind;
  readonly values: readonly string[] | undefined;
}

interface Written {
  readonly when: Plain;
  readonly says: Plain;
  readonly if: unknown;
  readonly priority: unknown;
  readonly path: Path;
}

export function compileTable(
  source: Source,
  context: TableContext,
): { table?: RuleTable; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const invalid = (path: Path, reason: string, known: readonly string[] = [], name = '') =>
    void findings.push(
      finding('RULES_INVALID', source.locate(path), { reason }, known.length > 0 ? { unknown: { name, known } } : {}),
    );
  const file = isPlain(source.value) ? source.value : {};
  const inputs = new Map(
    Object.entries(isPlain(file['inputs']) ? file['inputs'] : {}).map(([name, each]) => [name, inputOf(each)]),
  );
  const outputs = new Map(
    Object.entries(isPlain(file['outputs']) ? file['outputs'] : {}).map(([name, each]) => [name, each as InputKind]),
  );
  const scope = new Map([...inputs].map(([name, { kind }]): [string, LogicalType] => [name, typeOf(kind)]));
  const compiling: Compiling = { source, context, inputs, outputs, scope, invalid, findings };
  const written = [...inline(file), ...fromCsv(file, compiling)];
  const rules = written.map((each) => ruleOf(each, compiling));
  const fallback = isPlain(file['default']) ? outputsOf(file['default'], ['default'], compiling) : undefined;
  const hit = (file['hit'] ?? 'unique') as Hit;
  if (written.length === 0) invalid(['rules'], 'The table has no rules');
  if (findings.length > 0) return { findings };
  const covered = coverageFindings({ source, inputs, rules, hit, hasDefault: fallback !== undefined });
  if (covered.some(({ severity }) => severity === 'error')) return { findings: covered };
  const kinds = new Map([...inputs].map(([name, { kind }]) => [name, kind]));
  return {
    table: createTable({ name: String(file['table']), inputs: kinds, rules, hit, fallback }),
    findings: covered,
  };
}

interface Compiling {
  readonly source: Source;
  readonly context: TableContext;
  readonly inputs: ReadonlyMap<string, Input>;
  readonly outputs: ReadonlyMap<string, InputKind>;
  readonly scope: ReadonlyMap<string, LogicalType>;
  readonly invalid: (path: Path, reason: string, known?: readonly string[], name?: string) => void;
  readonly findings: Finding[];
}

function inputOf(written: unknown): Input {
  if (!isPlain(written)) return { kind: written as InputKind, values: undefined };
  const { values } = written;
  return { kind: 'string', values: Array.isArray(values) ? values.map(String) : undefined };
}

const typeOf = (kind: InputKind): LogicalType => ({ kind: kind === 'date' ? 'string' : kind });

function inline({ rules }: Plain): Written[] {
  return (Array.isArray(rules) ? (rules as unknown[]) : []).map((rule, index) => {
    const { when, then, if: condition, priority }: Plain = isPlain(rule) ? rule : {};
    const plain = (value: unknown) => (isPlain(value) ? value : {});
    return { when: plain(when), says: plain(then), if: condition, priority, path: ['rules', index] };
  });
}

/** Columns are named like inputs and outputs; `if` and `priority` may be there, too. */
function fromCsv({ rows: path }: Plain, { context, inputs, outputs, invalid }: Compiling): Written[] {
  if (typeof path !== 'string') return [];
  const text = context.read(path);
  if (text === undefined) {
    invalid(['rows'], `There is no file ${path}`);
    return [];
  }
  let records: string[][];
  try {
    records = parse(text, { bom: true, skip_empty_lines: true, trim: true }) as string[][];
  } catch (thrown) {
    invalid(['rows'], `${path} cannot be read: ${reasonOf(thrown).replace(/\.$/, '')}`);
    return [];
  }
  const [header = [], ...rows] = records;
  const known = [...inputs.keys(), ...outputs.keys(), 'if', 'priority'];
  for (const name of header.filter((each) => !known.includes(each)))
    invalid(['rows'], `${path} has a column "${name}", which is neither an input nor an output`, known, name);
  const pick = (row: readonly string[], names: ReadonlyMap<string, unknown>) =>
    Object.fromEntries(header.flatMap((name, index) => (names.has(name) ? [[name, row[index]]] : [])));
  return rows.map((row) => {
    const at = (name: string) => row[header.indexOf(name)] || undefined;
    return {
      when: pick(row, inputs),
      says: pick(row, outputs),
      if: at('if'),
      priority: at('priority'),
      path: ['rows'],
    };
  });
}

function ruleOf(written: Written, compiling: Compiling): Rule {
  const { inputs, invalid } = compiling;
  for (const name of Object.keys(written.when).filter((each) => !inputs.has(each)))
    invalid([...written.path, 'when', name], `There is no input "${name}"`, [...inputs.keys()], name);
  const cells = [...inputs].map(([name, { kind, values }]) => {
    const cell = readCell(written.when[name], kind);
    const where = [...written.path, ...(written.path.length > 1 ? ['when', name] : [])];
    if (typeof cell === 'string') {
      invalid(where, `Input ${name}: ${cell}`);
      return readCell('-', kind) as Exclude<typeof cell, string>;
    }
    const strange = values && cell.ranges.map(({ from }) => String(from)).find((value) => !values.includes(value));
    if (strange !== undefined) invalid(where, `Input ${name} is never "${strange}"`, values, strange);
    return cell;
  });
  const condition =
    written.if === undefined
      ? undefined
      : formula(String(written.if), [...written.path, 'if'], compiling, { kind: 'boolean' });
  return {
    cells,
    condition,
    priority: Number(written.priority ?? 0),
    outputs: outputsOf(written.says, [...written.path, 'then'], compiling),
    path: written.path,
  };
}

function outputsOf(then: Plain, path: Path, compiling: Compiling): Map<string, Output> {
  const { outputs, invalid } = compiling;
  for (const name of Object.keys(then).filter((each) => !outputs.has(each)))
    invalid([...path, name], `There is no output "${name}"`, [...outputs.keys()], name);
  return new Map(
    [...outputs].map(([name, kind]): [string, Output] => {
      const written = then[name];
      const at = path.length > 2 ? [...path, name] : path;
      if (typeof written === 'string' && written.startsWith('=')) {
        const expression = formula(written.slice(1), at, compiling, typeOf(kind));
        return [name, expression ?? { value: null }];
      }
      if (written === undefined || written === null || written === '') return [name, { value: null }];
      const value = readValue(kind === 'string' ? JSON.stringify(String(written)) : String(written), kind);
      if (value === undefined) invalid(at, `Output ${name}: ${String(written)} is no ${kind}`);
      return [name, { value: value ?? null }];
    }),
  );
}

function formula(text: string, path: Path, { source, context, scope, findings }: Compiling, expected: LogicalType) {
  const { expression, problems } = compileExpression(text, scope, {
    lookups: context.lookups,
    limit: context.limit,
    expected,
  });
  for (const { message, help, suggestion } of problems) {
    const values = { reason: message.replace(/\.$/, ''), advice: help };
    findings.push(
      finding('EXPRESSION_INVALID', source.locate(path), values, suggestion === undefined ? {} : { suggestion }),
    );
  }
  return expression;
}
