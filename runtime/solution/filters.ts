/** The expressions of send ports: filters over promoted properties, fault rules over the answer. */
import type { FaultRule } from '../contracts/deployment.ts';
import type { CompiledExpression, ExpressionProblem } from '../contracts/expression.ts';
import type { Finding } from '../contracts/finding.ts';
import type { Predicate } from '../contracts/routing.ts';
import type { LogicalType } from '../contracts/schema.ts';
import type { Path } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { compileExpression } from '../expressions/compile.ts';
import { compilePredicate } from '../expressions/predicate.ts';
import { message } from './kinds/message.ts';
import { lost } from './load.ts';
import type { Model } from './model.ts';
import { at, mappingsIn, textsOf } from './plain.ts';
import type { WrittenSendPort } from './ports.ts';
import type { Placed } from './structure.ts';

/**
 * What a filter may name beyond the bus's own. Enumerations are left out: a value outside them makes a subscription that
 * nothing satisfies, and check/subscriptions.ts tells of it as such.
 */
function filterProperties(model: Model): ReadonlyMap<string, LogicalType> {
  return new Map([...model.schemas.properties].map(([name, type]) => [name, type.kind === 'string' ? TEXT : type]));
}

const TEXT: LogicalType = { kind: 'string' };

export interface Filter {
  /** Matches nothing where there is no filter. */
  readonly predicate: Predicate;
  readonly findings: readonly Finding[];
}

export function filterOf(model: Model, { options }: WrittenSendPort): Filter {
  const written = at(options.value, ['filter']);
  if (!isExpression(written)) return { predicate: [], findings: [] };
  const text = String(written);
  const { predicate, problems } = compilePredicate(text, filterProperties(model));
  const certain = lost(model.loaded, message)
    ? problems.filter((problem) => !namesUnknown(model, text, problem))
    : problems;
  return { predicate: predicate ?? [], findings: certain.map((problem) => toldOfFilter(problem, options)) };
}

/** The problem stands at a name that a message type may promote whose file cannot be read. */
function namesUnknown(model: Model, text: string, { offset }: ExpressionProblem): boolean {
  const name = /^[A-Za-z_][\w.]*/.exec(text.slice(offset))?.[0];
  return name !== undefined && !model.schemas.properties.has(name);
}

function toldOfFilter(problem: ExpressionProblem, options: Placed): Finding {
  if (!problem.message.includes('never be true')) return told(problem, options, ['filter']);
  const text = String(at(options.value, ['filter']));
  const suggestion = text.includes('&&') ? text.replaceAll('&&', '||').trim() : `a condition that some message meets`;
  const values = { reason: 'its conditions exclude each other' };
  return finding('SUBSCRIPTION_UNSATISFIABLE', options.locate(['filter']), values, { suggestion });
}

export interface Faults {
  readonly rules: readonly FaultRule[];
  readonly findings: readonly Finding[];
}

export function faultsOf(model: Model, { options }: WrittenSendPort): Faults {
  const rules: FaultRule[] = [];
  const findings: Finding[] = [];
  const scope = new Map([['response', responseType(model, options)]]);
  const compile = (value: unknown, path: Path, expected?: LogicalType): CompiledExpression | undefined => {
    if (!isExpression(value)) return undefined;
    const compiled = compileExpression(String(value), scope, {
      ...(expected ? { expected } : {}),
      lookups: model.lookups,
    });
    findings.push(...compiled.problems.map((problem) => told(problem, options, path)));
    return compiled.expression;
  };
  for (const [index, rule] of mappingsIn({ ...(at(options.value, ['faults']) as object | undefined) })) {
    const path = ['faults', Number(index)];
    const when = compile(rule['when'], [...path, 'when'], { kind: 'boolean' });
    const reason = compile(rule['reason'], [...path, 'reason']);
    if (when) rules.push({ when, error: String(rule['error']), retry: rule['retry'] === true, reason });
  }
  return { rules, findings };
}

/** One answer type is typed; of several the fields cannot be told apart. */
function responseType(model: Model, options: Placed): LogicalType {
  const types = textsOf(at(options.value, ['response']));
  const only = types.length === 1 ? model.schemas.find(types[0]!) : undefined;
  return only?.document ?? { kind: 'any' };
}

const isExpression = (value: unknown) => ['string', 'boolean', 'number'].includes(typeof value);

function told(problem: ExpressionProblem, options: Placed, path: Path): Finding {
  const values = { reason: problem.message.replace(/\.$/, ''), advice: problem.help.replace(/\.$/, '') };
  const suggestion = problem.suggestion ? { suggestion: problem.suggestion } : {};
  return finding('EXPRESSION_INVALID', options.locate(path, 'value', problem.offset), values, suggestion);
}
