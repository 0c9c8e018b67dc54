/** Properties of messages as expressions see them: `report.id` and `report.reply.url` are fields of `report`. */
import type { Scope } from '../contracts/expression.ts';
import type { Field, LogicalType } from '../contracts/schema.ts';
import { ofEveryMessage } from '../expressions/predicate.ts';
import type { Model } from './model.ts';
import { carriedProperties, operationProperties } from './served.ts';

interface Tree {
  type?: LogicalType;
  readonly fields: Map<string, Tree>;
}

/** Those of the bus, those that contracts give to messages, and those that message types promote. */
export function propertyScope(model: Model): Scope {
  const root: Tree = { fields: new Map() };
  const served: [string, LogicalType][] = [
    ...[...operationProperties(model).keys()].map((name): [string, LogicalType] => [name, { kind: 'string' }]),
    ...carriedProperties(model).map((name): [string, LogicalType] => [name, { kind: 'any' }]),
  ];
  for (const [name, type] of [...ofEveryMessage, ...served, ...model.schemas.properties]) {
    const place = name.split('.').reduce(stepInto, root);
    place.type = type.kind === 'string' ? { kind: 'string' } : type;
  }
  return new Map([...root.fields].map(([name, tree]) => [name, typeOf(tree)]));
}

function stepInto({ fields }: Tree, step: string): Tree {
  const next = fields.get(step) ?? { fields: new Map() };
  fields.set(step, next);
  return next;
}

/** What is a property and has others below it is known by those. */
function typeOf({ type, fields }: Tree): LogicalType {
  if (fields.size === 0) return type ?? { kind: 'any' };
  const known = new Map<string, Field>(
    [...fields].map(([name, tree]) => [name, { type: typeOf(tree), required: false }]),
  );
  return { kind: 'object', fields: () => known, open: false };
}
