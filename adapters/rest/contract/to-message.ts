/**
 * What becomes of a request that keeps to its contract. The message is the body, or where there is none a document of the parameters in
 * the path and the query, or where there are both such a document with the body as its field `body`. All parameters are properties, too.
 */
import { type Context, type Part, type Property, partOf, type Scalar } from '../../../runtime/contracts/message.ts';
import type { Operation } from '../../../runtime/openapi/contract.ts';
import type { Parameter } from '../../../runtime/openapi/parameter.ts';
import { OPERATION } from './config.ts';
import type { ReadBody } from './read-body.ts';
import type { ReadParameter } from './read-parameters.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** The field that holds the body. */
export const BODY = 'body';

const isOfDocument = ({ parameter }: ReadParameter) => parameter.in === 'path' || parameter.in === 'query';

/** Whether the document of its requests is one of parameters. */
export const hasDocument = ({ parameters, body }: Operation) =>
  body === undefined || parameters.some((parameter) => parameter.in === 'path' || parameter.in === 'query');

export function partsOf(
  operation: Operation,
  values: readonly ReadParameter[],
  body: ReadBody | undefined,
): readonly [Part, ...Part[]] {
  if (body && (!hasDocument(operation) || body.json === undefined)) return [body.part, ...body.files];
  const document = documentOf(values.filter(isOfDocument));
  const fields = JSON.stringify(document);
  if (!body) return [partOf(Buffer.from(fields), JSON_TYPE)];
  // As it came: numbers keep their digits.
  const whole = `${fields.slice(0, -1)}${fields === '{}' ? '' : ','}"${BODY}":${body.json}}`;
  return [partOf(Buffer.from(whole), JSON_TYPE), ...body.files];
}

function documentOf(values: readonly ReadParameter[]): object {
  const document = Object.create(null) as Record<string, unknown>;
  for (const { parameter, value } of values) document[parameter.name] = value;
  return document;
}

export function propertiesOf(operation: Operation, values: readonly ReadParameter[]): Context {
  const told = values.flatMap(({ parameter, value }): [string, Property][] => {
    const scalar = scalarOf(value);
    if (scalar === undefined) return [];
    return [[propertyOf(parameter), { value: scalar, promoted: false }]];
  });
  return new Map([[OPERATION, { value: operation.id, promoted: true }], ...told]);
}

/** What a parameter is called as a property. */
export const propertyOf = ({ in: place, name }: Parameter) => `rest.${place}.${camelCase(name)}`;

function scalarOf(value: unknown): Scalar | undefined {
  if (Array.isArray(value)) return value.every((item) => scalarOf(item) !== undefined) ? value.join(', ') : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** `X-Request-Id` as `xRequestId`: a name that expressions can say. */
export function camelCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words
    .map((word, index) => (index === 0 ? lowerFirst(word) : word[0]!.toUpperCase() + word.slice(1)))
    .join('');
  return /^[A-Za-z]/.test(joined) ? joined : `x${joined}`;
}

/** `X` and `ID` are words, too. */
const lowerFirst = (word: string) =>
  /^[A-Z0-9]+$/.test(word) ? word.toLowerCase() : word[0]!.toLowerCase() + word.slice(1);
