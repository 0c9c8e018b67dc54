/**
 * Where the values of parameters come from: the options, the fields of the message (path and query), its properties as requests that
 * were served by a contract carry them (`rest.header.xRequestId`). All of them are checked by the contract.
 */
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import type { Message } from '../../../runtime/contracts/message.ts';
import { BUS } from '../../../runtime/contracts/properties.ts';
import type { Operation } from '../../../runtime/openapi/contract.ts';
import type { Parameter } from '../../../runtime/openapi/parameter.ts';
import { type TextOrSecret, textFrom } from '../../shared/client/schema.ts';
import { hasProperties, propertyOf } from '../../shared/client/template.ts';
import { coerced, isList } from '../contract/coerce.ts';
import { camelCase } from '../contract/to-message.ts';

/** What the options say of the parameters of one operation; of each a text, or how it is made of a message. */
export type Given = ReadonlyMap<Parameter, (message: Message) => string | undefined>;

/** Throws BusError SECRET_MISSING. */
export function givenFor(
  { parameters }: Operation,
  options: Readonly<Record<string, TextOrSecret>> = {},
  { secret }: AdapterContext,
): Given {
  const found = parameters.flatMap((parameter) => {
    const written = options[`${parameter.in}.${parameter.name}`] ?? options[parameter.name];
    if (written === undefined) return [];
    const fixed = textFrom(written, secret);
    if (typeof written !== 'string' || !hasProperties(written)) return [[parameter, () => fixed] as const];
    return [[parameter, (message: Message) => filledIn(written, message)] as const];
  });
  return new Map(found);
}

/** Undefined where the message lacks a property. */
function filledIn(template: string, message: Message): string | undefined {
  let isWhole = true;
  const text = template.replace(/\{([A-Za-z][\w.]*)\}/g, (_, name: string) => {
    const value = propertyOf(message, name);
    if (value === undefined) isWhole = false;
    return value ?? '';
  });
  return isWhole ? text : undefined;
}

export interface ParameterValue {
  readonly parameter: Parameter;
  readonly value: unknown;
}

export interface ParameterValues {
  readonly values: readonly ParameterValue[];
  /** In words. */
  readonly problems: readonly string[];
}

export function valuesFor(
  operation: Operation,
  given: Given,
  fields: Readonly<Record<string, unknown>> | undefined,
  message: Message,
): ParameterValues {
  const problems: string[] = [];
  const values: ParameterValue[] = [];
  for (const parameter of operation.parameters) {
    const value = valueFor(parameter, given, fields, message);
    const where = `the parameter ${parameter.name} (${parameter.in})`;
    if (value === undefined) {
      if (parameter.required) problems.push(`${where} is missing`);
      continue;
    }
    const violations = parameter.schema.check(value);
    problems.push(
      ...violations.map(({ path, message: says }) => `${where}${path === '' ? '' : ` at ${path}`} ${says}`),
    );
    if (parameter.in === 'path' && (value === '' || value === '.' || value === '..'))
      problems.push(`${where} is ${JSON.stringify(value)}, which cannot stand in an address`);
    values.push({ parameter, value });
  }
  return { values, problems: [...problems, ...unknownFields(operation, fields)] };
}

function valueFor(
  parameter: Parameter,
  given: Given,
  fields: Readonly<Record<string, unknown>> | undefined,
  message: Message,
): unknown {
  const { name, schema } = parameter;
  const template = given.get(parameter);
  const isField = parameter.in === 'path' || parameter.in === 'query';
  if (template) return meant(template(message), parameter);
  if (isField && fields && Object.hasOwn(fields, name)) {
    const value = fields[name];
    return value === null && !schema.types.has('null') ? undefined : value;
  }
  const property = isOwnKey(parameter) ? BUS.idempotencyKey : `rest.${parameter.in}.${camelCase(name)}`;
  return meant(propertyOf(message, property), parameter);
}

/** What far ends know a message by on every attempt. */
const isOwnKey = ({ in: place, name }: Parameter) => place === 'header' && name.toLowerCase() === 'idempotency-key';

/** A text as its schema means it. */
function meant(text: string | undefined, { schema, style }: Parameter): unknown {
  if (text === undefined) return undefined;
  if (style === 'json') return coerced(parsedOr(text), schema);
  return coerced(isList(schema) ? text.split(/,\s*/) : text, schema);
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A field that would be lost without a word is a mistake of whoever made the message. */
function unknownFields({ parameters }: Operation, fields: Readonly<Record<string, unknown>> | undefined): string[] {
  const known = new Set(
    parameters.filter(({ in: place }) => place === 'path' || place === 'query').map(({ name }) => name),
  );
  if (!fields || known.size === 0) return [];
  return Object.keys(fields)
    .filter((name) => !known.has(name))
    .map((name) => `there is no parameter ${name} in path or query`);
}
