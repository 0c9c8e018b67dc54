/**
 * Compiles a migration, orchestrations/*.migrate.yaml, against the version that it leads to; that the earlier one has its positions shows
 * when an instance of it is looked at. All that is wrong comes back as findings at their places. Pure.
 */
import type { LookupTables, WorkLimit } from '../../contracts/expression.ts';
import type { Finding } from '../../contracts/finding.ts';
import type { Migration, Program } from '../../contracts/orchestration.ts';
import type { LogicalType } from '../../contracts/schema.ts';
import type { Path, Source } from '../../contracts/source.ts';
import type { ErrorCode } from '../../errors/catalog.ts';
import { type FindingOptions, finding } from '../../errors/finding.ts';
import { compileExpression } from '../../expressions/compile.ts';
import { namesIn } from '../names-in.ts';
import { isPlain, type Plain } from '../plain.ts';
import type { CompiledProgram, Formula } from '../program.ts';
import { findStep } from './find-step.ts';
import type { CompiledMigration } from './migration.ts';

export interface MigrationContext {
  readonly lookups: LookupTables;
  /** Of each evaluation. */
  readonly limit?: WorkLimit | undefined;
}

interface Compiling extends MigrationContext {
  readonly source: Source;
  readonly program: CompiledProgram;
  readonly findings: Finding[];
  report(code: ErrorCode, path: Path, values: Readonly<Record<string, string>>, options?: FindingOptions): void;
}

const ANY: LogicalType = { kind: 'any' };

export function compileMigration(
  source: Source,
  program: Program,
  context: MigrationContext,
): { migration?: Migration; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const report: Compiling['report'] = (code, path, values, options = {}) =>
    void findings.push(finding(code, source.locate(path, path.length > 1 ? 'key' : 'value'), values, options));
  const compiling: Compiling = { ...context, source, program: program as CompiledProgram, findings, report };
  const written = mappingOf(source.value);
  const { from = [] } = written;
  const migration: CompiledMigration = {
    file: source.file,
    from: Array.isArray(from) ? from.map(String) : [String(from)],
    positions: positionsOf(mappingOf(written['positions']), compiling),
    variables: variablesOf(mappingOf(written['variables']), compiling),
    correlations: correlationsOf(mappingOf(written['correlations']), compiling),
  };
  return findings.length > 0 ? { findings } : { migration, findings };
}

const mappingOf = (value: unknown): Plain => (isPlain(value) ? value : {});

function positionsOf(written: Plain, { program, source, findings }: Compiling): Map<string, string> {
  const found = Object.entries(written).flatMap(([was, text]): [string, string][] => {
    const step = findStep(program, String(text));
    if (step) return [[was, step.id]];
    const values = { name: String(text), orchestration: program.name };
    const names = [...program.shapes.values()].map((each) => each.name);
    const known = names.filter((name) => findStep(program, name));
    const options = { unknown: { name: String(text), known } };
    findings.push(finding('UNKNOWN_STEP', source.locate(['positions', was]), values, options));
    return [];
  });
  return new Map(found);
}

function variablesOf(written: Plain, compiling: Compiling): Map<string, Formula> {
  const { variables } = compiling.program;
  const found = Object.entries(written).flatMap(([name, text]): [string, Formula][] => {
    const path = ['variables', name];
    const type = variables.get(name);
    if (!type) compiling.report('UNKNOWN_VARIABLE', path, { name }, { unknown: { name, known: variables.keys() } });
    const formula = type && formulaOf(text, path, compiling, type);
    return formula ? [[name, formula]] : [];
  });
  return new Map(found);
}

/** Each set has all its values, or none of its own. */
function correlationsOf(written: Plain, compiling: Compiling): Map<string, Map<string, Formula>> {
  const { correlations } = compiling.program;
  const found = Object.entries(written).flatMap(([set, values]): [string, Map<string, Formula>][] => {
    const declared = correlations.get(set);
    if (!declared) {
      compiling.report(
        'UNKNOWN_CORRELATION',
        ['correlations', set],
        { name: set },
        { unknown: { name: set, known: correlations.keys() } },
      );
      return [];
    }
    return [[set, valuesOf(set, mappingOf(values), declared.properties, compiling)]];
  });
  return new Map(found);
}

function valuesOf(set: string, written: Plain, properties: readonly string[], compiling: Compiling) {
  const path = ['correlations', set];
  for (const name of Object.keys(written).filter((each) => !properties.includes(each)))
    compiling.report(
      'UNKNOWN_KEY',
      [...path, name],
      { key: name, where: `the set "${set}"`, known: properties.join(', ') },
      { unknown: { name, known: properties } },
    );
  const formulas = properties.flatMap((name): [string, Formula][] => {
    if (written[name] === undefined) {
      const description = 'the value that the set has of this property';
      compiling.report('MISSING_KEY', path, { key: name, where: `the set "${set}"`, description });
      return [];
    }
    const formula = formulaOf(written[name], [...path, name], compiling, ANY);
    return formula ? [[name, formula]] : [];
  });
  return new Map(formulas);
}

function formulaOf(value: unknown, path: Path, compiling: Compiling, expected: LogicalType): Formula | undefined {
  const { program, source, findings, lookups, limit } = compiling;
  const text = String(value);
  const scope = new Map<string, LogicalType>([
    ...[...program.messages].map(([name, type]): [string, LogicalType] => [
      name,
      program.schemas.get(type)?.document ?? ANY,
    ]),
    ...program.variables,
  ]);
  const { expression, problems } = compileExpression(text, scope, { lookups, limit, expected });
  for (const { message, offset, help, suggestion } of problems) {
    const values = { reason: message.replace(/\.$/, ''), advice: help };
    const at = source.locate(path, 'value', offset);
    findings.push(finding('EXPRESSION_INVALID', at, values, suggestion === undefined ? {} : { suggestion }));
  }
  return expression && { expression, names: namesIn(text, scope.keys()), path };
}
