/** The body of a request as its contract says it: JSON, forms, text, files; or what is wrong with it. */
import { bytesOf, type Part, partOf } from '../../../runtime/contracts/message.ts';
import { asBusError } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { RequestBody } from '../../../runtime/openapi/contract.ts';
import type { ContractSchema } from '../../../runtime/openapi/schema-book.ts';
import { isPart } from '../form.ts';
import { isForm, readForm } from '../read-form.ts';
import type { Refusal } from '../read-request.ts';
import { coerced } from './coerce.ts';
import { essenceOf, isJson, isXml, mediaFor } from './media.ts';
import type { RequestFault } from './read-parameters.ts';

/** What a message is made of. */
export interface ReadBody {
  /** As it came: what stands for the whole where there are no parameters. */
  readonly part: Part;
  /** The same as JSON, where it is or can be told so. */
  readonly json: string | undefined;
  readonly files: readonly Part[];
  readonly faults: readonly RequestFault[];
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Undefined where there is none, and need be none. */
export async function readContractBody(
  body: RequestBody | undefined,
  bytes: Uint8Array,
  contentType: string | undefined,
): Promise<ReadBody | Refusal | undefined> {
  if (bytes.byteLength === 0) {
    if (!body?.required) return undefined;
    return { status: 400, code: 'BODY_MISSING', detail: 'The request has no body.' };
  }
  if (!body) return { status: 400, code: 'BODY_UNEXPECTED', detail: 'This operation takes no body.' };
  const media = contentType === undefined ? undefined : mediaFor(contentType, body.content);
  if (!media || !isUtf8(contentType!)) return unsupported(body, contentType);
  const [, { schema }] = media;
  const essence = essenceOf(contentType!);
  if (isJson(essence)) return readJson(bytes, contentType!, schema);
  if (isForm(contentType!)) return readFields(bytes, contentType!, schema);
  if (isXml(essence)) return { part: partOf(bytes, contentType!), json: undefined, files: [], faults: [] };
  return essence.startsWith('text/') ? readText(bytes, schema) : readFile(bytes, contentType!);
}

function unsupported({ content }: RequestBody, contentType: string | undefined): Refusal {
  const expected = [...content.keys()].join(', ');
  const found = contentType ?? 'a body without a content type';
  const { code, message } = busError('CONTENT_TYPE_UNSUPPORTED', { name: 'This operation', expected, found });
  return { status: 415, code, detail: message };
}

const isUtf8 = (contentType: string) =>
  /;\s*charset\s*=/i.test(contentType) && isJson(essenceOf(contentType))
    ? /;\s*charset\s*=\s*"?(utf-?8|us-ascii)"?\s*(;|$)/i.test(contentType)
    : true;

function readJson(bytes: Uint8Array, contentType: string, schema: ContractSchema | undefined): ReadBody | Refusal {
  const text = textIn(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text!) as unknown;
  } catch {
    return {
      status: 400,
      code: 'MESSAGE_UNREADABLE',
      detail: `The body is no JSON${text === undefined ? ' in UTF-8' : ''}.`,
    };
  }
  const faults = checked(value, schema);
  return 'status' in faults ? faults : { part: partOf(bytes, contentType), json: text!, files: [], faults };
}

/** Undefined where it is not UTF-8. */
function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function checked(value: unknown, schema: ContractSchema | undefined): RequestFault[] | Refusal {
  try {
    return (schema?.check(value) ?? []).map(({ path, message }) => ({ in: 'body', pointer: path, message }));
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return { status: 400, code: 'MESSAGE_UNREADABLE', detail: 'The body is nested too deep.' };
  }
}

async function readFields(
  bytes: Uint8Array,
  contentType: string,
  schema: ContractSchema | undefined,
): Promise<ReadBody | Refusal> {
  let document: unknown;
  let files: readonly Part[];
  try {
    const [fields, ...others] = await readForm(bytes, contentType);
    document = coerced(JSON.parse(Buffer.from(await bytesOf(fields)).toString()), schema);
    files = others;
  } catch (thrown) {
    const { code, message } = asBusError(thrown, 'form');
    return { status: 400, code, detail: message };
  }
  const faults = checked(withoutFiles(document, schema), schema);
  if ('status' in faults) return faults;
  const json = JSON.stringify(document);
  return { part: partOf(Buffer.from(json), JSON_TYPE), json, files, faults };
}

/** Contracts call a file a text; what is told of it here is checked by the message type. */
function withoutFiles(value: unknown, schema: ContractSchema | undefined): unknown {
  if (isPart(value) && (schema === undefined || !schema.types.has('object'))) return value.fileName ?? '';
  if (Array.isArray(value)) return value.map((item) => withoutFiles(item, schema?.inner('*')));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutFiles(inner, schema?.inner(key) ?? schema?.inner('*'))]),
  );
}

function readText(bytes: Uint8Array, schema: ContractSchema | undefined): ReadBody | Refusal {
  const text = textIn(bytes);
  if (text === undefined) return { status: 400, code: 'MESSAGE_UNREADABLE', detail: 'The body is not in UTF-8.' };
  const faults = checked(text, schema);
  if ('status' in faults) return faults;
  const json = JSON.stringify(text);
  return { part: partOf(Buffer.from(json), JSON_TYPE), json, files: [], faults };
}

/** Its bytes are a part of their own, of which the document tells. */
function readFile(bytes: Uint8Array, contentType: string): ReadBody {
  const json = JSON.stringify({ part: 'content', contentType, size: bytes.byteLength });
  return {
    part: partOf(Buffer.from(json), JSON_TYPE),
    json,
    files: [partOf(bytes, contentType, 'content')],
    faults: [],
  };
}
