/**
 * What of a message goes where: the same form as requests have that are served by a contract. The message is the body, or where there is
 * none a document of the parameters in the path and the query, or where there are both such a document with the body as its field `body`.
 */
import { bytesOf, type Message } from '../../../runtime/contracts/message.ts';
import type { Operation } from '../../../runtime/openapi/contract.ts';
import { asNode, isNode } from '../../../runtime/openapi/node.ts';
import type { Parameter } from '../../../runtime/openapi/parameter.ts';
import { essenceOf, isJson } from '../contract/media.ts';
import { BODY } from '../contract/to-message.ts';

export interface RequestContent {
  /** The parameters that the message tells; undefined where it tells none. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** Undefined where the message has none, or the operation takes none. */
  readonly body: BodyContent | undefined;
}

/** JSON, or the message as it is. */
export type BodyContent =
  | { readonly kind: 'json'; readonly value: unknown; readonly text: string; readonly whole: boolean }
  | { readonly kind: 'other' };

/** `given`: the parameters that the options give. */
export async function contentOf(
  message: Message,
  operation: Operation,
  given: ReadonlySet<Parameter>,
): Promise<RequestContent> {
  const isDocument = hasFields(operation, given);
  const [part] = message.parts;
  const text = isJson(essenceOf(part.contentType)) ? Buffer.from(await bytesOf(part)).toString() : undefined;
  const json = text === undefined ? undefined : parsed(text);
  if (!json) return { fields: undefined, body: operation.body && { kind: 'other' } };
  const { value } = json;
  if (!isDocument) return { fields: undefined, body: { kind: 'json', value, text: text!, whole: true } };
  const { [BODY]: inner, ...fields } = asNode(value);
  if (!operation.body) return { fields: isNode(value) ? { ...value } : {}, body: undefined };
  if (inner === undefined) return { fields, body: undefined };
  const exact = JSON.stringify((asExact(text!) as Record<string, unknown>)[BODY]);
  return { fields, body: { kind: 'json', value: inner, text: exact, whole: false } };
}

/** Where the options give all that must be in the path and the query, the message is the body. */
export function hasFields({ body, parameters }: Operation, given: ReadonlySet<Parameter>): boolean {
  if (!body) return true;
  const all = parameters.filter((parameter) => parameter.in === 'path' || parameter.in === 'query');
  const left = all.filter((parameter) => !given.has(parameter));
  return left.some(({ required }) => required) || (left.length > 0 && left.length === all.length);
}

/** Of a text that calls itself JSON and is none, it is told that no field is there. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** Numbers keep their digits. */
function asExact(text: string): unknown {
  const keep: Reviver = (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? raw(source) : value;
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
}
