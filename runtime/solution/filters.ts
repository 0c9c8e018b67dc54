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
import { at, isPlain, mappingsIn, textsOf } from './plain.ts';
import type { WrittenSendPort } from './ports.ts';
import { operationProperties } from './served.ts';
import type { Placed } from './structure.ts';

/**
 * What a filter may name beyond the bus's own. Enumerations are left out: a value outside them makes a subscription that
 * nothing satisfies, and check/subscriptions.ts tells of it as such.
 */
function filterProperties(model: Model): ReadonlyMap<string, LogicalType> {
  const promoted = [...model.schemas.properties].map(
    ([name, type]) => [name, type.kind === 'string' ? TEXT : type] as const,
  );
  return new Map([...[...operationProperties(model).keys()].map((name) => [name, TEXT] as const), ...promoted]);
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
  if (!problem.message.includes('never be true')) return toldOfExpression(problem, options, ['filter']);
  const text = String(at(options.value, ['filter']));
  const suggestion = text.includes('&&') ? text.replaceAll('&&', '||').trim() : `a condition that some message meets`;
  const values = { reason: 'its conditions exclude each other' };
  return finding('SUBSCRIPTION_UNSATISFIABLE', options.locate(['filter']), values, { suggestion });
}

export interface Faults {
  readonly rules: readonly FaultRule[];
  readonly failures: readonly FaultRule[];
  readonly findings: readonly Finding[];
}

/** What a send port makes of answers, and of what went wrong. */
export function faultsOf(model: Model, { options }: WrittenSendPort): Faults {
  const findings: Finding[] = [];
  const judging: Judging = { model, options, findings };
  const answer: ReadonlyMap<string, LogicalType> = new Map([['response', responseType(model, options)]]);
  const success = at(options.value, ['success']);
  const rules = rulesIn(judging, 'faults', answer);
  if (isExpression(success)) rules.push(...ruleOf(judging, ['success'], { when: success }, answer, false));
  else if (isPlain(success)) rules.push(...ruleOf(judging, ['success'], success, answer, false));
  const failures = rulesIn(judging, 'failures', new Map([['error', { kind: 'any' }]]));
  return { rules, failures, findings };
}

interface Judging {
  readonly model: Model;
  readonly options: Placed;
  readonly findings: Finding[];
}

type Scope = ReadonlyMap<string, LogicalType>;

function rulesIn(judging: Judging, key: string, scope: Scope): FaultRule[] {
  const written = at(judging.options.value, [key]) as object | undefined;
  return mappingsIn({ ...written }).flatMap(([index, rule]) =>
    ruleOf(judging, [key, Number(index)], rule, scope, true),
  );
}

/** `written` of success may be the expression alone, which then stands at `path` itself. */
function ruleOf(
  { model, options, findings }: Judging,
  path: Path,
  rule: Readonly<Record<string, unknown>>,
  scope: Scope,
  means: boolean,
): FaultRule[] {
  const compile = (key: string, expected?: LogicalType): CompiledExpression | undefined => {
    const value = rule[key];
    if (!isExpression(value)) return undefined;
    const wanted = { ...(expected ? { expected } : {}), lookups: model.lookups, limit: model.limit };
    const compiled = compileExpression(String(value), new Map(scope), wanted);
    const place = isPlain(at(options.value, path)) ? [...path, key] : path;
    findings.push(...compiled.problems.map((problem) => toldOfExpression(problem, options, place)));
    return compiled.expression;
  };
  const when = compile('when', { kind: 'boolean' });
  const reason = compile('reason');
  const { retry: written = false, error = 'Unsuccessful' } = rule;
  const retry = typeof written === 'boolean' ? written : (compile('retry', { kind: 'boolean' }) ?? false);
  const done = rule['done'] === true ? { done: true } : {};
  return when ? [{ when, means, error: String(error), retry, reason, ...done }] : [];
}

/** One answer type is typed; of several the fields cannot be told apart. */
function responseType(model: Model, options: Placed): LogicalType {
  const types = textsOf(at(options.value, ['response']));
  const only = types.length === 1 ? model.schemas.find(types[0]!) : undefined;
  return only?.document ?? { kind: 'any' };
}

export const isExpression = (value: unknown) => ['string', 'boolean', 'number'].includes(typeof value);

export function toldOfExpression(problem: ExpressionProblem, options: Placed, path: Path): Finding {
  const values = { reason: problem.message.replace(/\.$/, ''), advice: problem.help.replace(/\.$/, '') };
  const suggestion = problem.suggestion ? { suggestion: problem.suggestion } : {};
  return finding('EXPRESSION_INVALID', options.locate(path, 'value', problem.offset), values, suggestion);
}
