/**
 * Compiles a filter: CEL over promoted properties to an OR of ANDs of conditions, which is what subscriptions are matched
 * by. Allowed are == != < <= > >= between a property and a value, `in [...]`, has(property), a property that is true or
 * false by itself, && || ! and brackets. A condition on an absent property is false, also under `!`: !(a == 1) is a != 1.
 */
import type { ExpressionProblem } from '../contracts/expression.ts';
import { ACK, BUS, ERROR_REPORT } from '../contracts/properties.ts';
import type { Predicate } from '../contracts/routing.ts';
import type { LogicalType } from '../contracts/schema.ts';
import { readConditions } from './conditions.ts';
import { normalForm } from './normal-form.ts';
import { parse } from './parse.ts';
import { withRepair } from './repair.ts';

export interface PredicateCompilation {
  readonly predicate?: Predicate;
  readonly problems: readonly ExpressionProblem[];
}

/** What every message may have, whatever its type. */
export const ofEveryMessage: ReadonlyMap<string, LogicalType> = new Map<string, LogicalType>([
  ...[
    BUS.messageType,
    BUS.receivePort,
    BUS.receiveLocation,
    BUS.transport,
    BUS.sendPort,
    BUS.starts,
    BUS.organisation,
    BUS.party,
  ].map((name): [string, LogicalType] => [name, { kind: 'string' }]),
  [BUS.responseTo, { kind: 'string' }],
  [BUS.responseHost, { kind: 'string' }],
  [BUS.fault, { kind: 'boolean' }],
  ...[...Object.values(ERROR_REPORT), ...Object.values(ACK)].map((name) => [name, { kind: 'string' }] as const),
]);

/** `properties` are those that message types declare; the bus's own are known without. */
export function compilePredicate(text: string, properties: ReadonlyMap<string, LogicalType>): PredicateCompilation {
  const parsed = parse(text);
  const known = new Map([...ofEveryMessage, ...properties]);
  if ('problem' in parsed) return { problems: [withRepair(text, parsed.problem, (other) => count(other, known))] };
  const problems: ExpressionProblem[] = [];
  const formula = readConditions(parsed.node, { text, properties: known, problems });
  if (problems.length > 0 || !formula) return { problems };
  const predicate = normalForm(formula);
  if (predicate === 'too large') return { problems: [tooLarge] };
  return predicate.length === 0 ? { problems: [never] } : { predicate, problems };
}

function count(text: string, properties: ReadonlyMap<string, LogicalType>): number {
  const parsed = parse(text);
  if ('problem' in parsed) return Number.POSITIVE_INFINITY;
  const problems: ExpressionProblem[] = [];
  readConditions(parsed.node, { text, properties, problems });
  return problems.length;
}

const tooLarge: ExpressionProblem = {
  message: 'The filter is too complex: multiplied out it has too many conditions',
  offset: 0,
  help: 'Use `in [...]` for several values of one property, or several send ports.',
};

const never: ExpressionProblem = {
  message: 'The filter can never be true',
  offset: 0,
  help: 'Some of its conditions exclude each other; write || where either may hold.',
};
