/** The body of a call, by the media types of its contract: JSON, forms, texts, files, and XML as it is. */
import type { Message, Part } from '../../../runtime/contracts/message.ts';
import type { Media, RequestBody } from '../../../runtime/openapi/contract.ts';
import { isNode } from '../../../runtime/openapi/node.ts';
import type { ContractSchema } from '../../../runtime/openapi/schema-book.ts';
import { essenceOf, isJson, mediaFor } from '../contract/media.ts';
import { encodeForm, FORM, isPart, MULTIPART } from '../form.ts';
import { type Fields, multipartOf, partNamed, type WrittenBody } from '../write-body.ts';
import type { BodyContent } from './request-content.ts';

/** What is wrong with the message, in words. */
export type Problems = readonly string[];

export interface ContentSources {
  readonly endpoint: string;
  readonly boundary: () => string;
}

export async function writeContent(
  body: RequestBody,
  content: BodyContent | undefined,
  message: Message,
  sources: ContentSources,
): Promise<WrittenBody | Problems | undefined> {
  if (!content) return body.required ? ['its body is missing'] : undefined;
  if (content.kind === 'other') return writeOther(body, message.parts[0]);
  const chosen = chosenFor(body, message.parts.length > 1);
  if (!chosen) return [`its body is to be of ${[...body.content.keys()].join(', ')}, and the message is JSON`];
  const [type, { schema }] = chosen;
  const { value } = content;
  if (isRaw(type)) return writeFile(value, type, message, sources.endpoint);
  const problems = problemsOf(withoutFiles(value, schema), schema);
  if (problems.length > 0) return problems;
  if (type === FORM)
    return isNode(value) ? bytesBody(encodeForm(value, 'repeat'), FORM) : ['a form is made of an object'];
  if (type === MULTIPART)
    return isNode(value)
      ? multipartOf(fieldsOf(value, message, sources.endpoint), sources.boundary())
      : ['a form is made of an object'];
  if (type.startsWith('text/'))
    return bytesBody(typeof value === 'string' ? value : content.text, `${type}; charset=utf-8`);
  const [part] = message.parts;
  return content.whole ? asItIs(part, part.contentType, type) : bytesBody(content.text, type);
}

function problemsOf(value: unknown, schema: ContractSchema | undefined): Problems {
  const violations = schema?.check(value) ?? [];
  return violations.map(({ path, message }) => `its body${path === '' ? '' : ` at ${path}`} ${message}`);
}

/** What JSON can become: itself, then what has files where there are any. */
function chosenFor({ content }: RequestBody, hasFiles: boolean): readonly [string, Media] | undefined {
  const entries = [...content].map(([type, media]) => [essenceOf(type), media] as const);
  const of = (test: (type: string) => boolean) => entries.find(([type]) => test(type));
  const json = of((type) => isJson(type));
  const forms = of((type) => type === MULTIPART);
  const any = of((type) => type === '*/*' || type === 'application/*');
  return (
    (hasFiles ? (forms ?? of(isRaw)) : undefined) ??
    json ??
    (any && (['application/json', any[1]] as const)) ??
    forms ??
    of((type) => type === FORM) ??
    of((type) => type.startsWith('text/') && !/\bxml$/.test(type)) ??
    of(isRaw)
  );
}

/** Bytes of which nothing is known but their type. */
const isRaw = (type: string) =>
  !isJson(type) &&
  type !== FORM &&
  type !== MULTIPART &&
  !type.startsWith('text/') &&
  !/\bxml$/.test(type) &&
  type !== '*/*';

function writeOther({ content }: RequestBody, part: Part): WrittenBody | Problems {
  const found = mediaFor(part.contentType, content);
  if (!found) return [`its body is to be of ${[...content.keys()].join(', ')}, and the message is ${part.contentType}`];
  if (isJson(essenceOf(part.contentType))) return ['it calls itself JSON and is none'];
  return asItIs(part, part.contentType, found[0]);
}

/** The declared type where it is one, with the charset of the part where that is of the same. */
function asItIs(part: Part, contentType: string, type: string): WrittenBody {
  const told = type.includes('*') || essenceOf(contentType) === essenceOf(type) ? contentType : type;
  return { contentType: told, size: part.bytes?.byteLength ?? part.size, open: () => part.bytes ?? part.open() };
}

function bytesBody(text: string, contentType: string): WrittenBody {
  const bytes = Buffer.from(text);
  return { contentType, size: bytes.byteLength, open: () => bytes };
}

function writeFile(value: unknown, type: string, message: Message, endpoint: string): WrittenBody | Problems {
  if (!isPart(value)) return [`its body is to be of ${type}: a part of the message, told as { part: name }`];
  const part = partNamed(value.part, message, endpoint);
  return asItIs(part, part.contentType, type);
}

/** RFC 7578 as OpenAPI has it: objects are JSON, lists are fields of one name. */
function fieldsOf(document: Readonly<Record<string, unknown>>, message: Message, endpoint: string): Fields {
  return Object.entries(document).flatMap(([name, value]) => {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    return items
      .filter((item) => item !== null && item !== undefined)
      .map((item) => [name, fieldOf(item, message, endpoint)] as const);
  });
}

function fieldOf(value: unknown, message: Message, endpoint: string): Fields[number][1] {
  if (isPart(value)) return { part: partNamed(value.part, message, endpoint), fileName: value.fileName ?? value.part };
  if (typeof value === 'object') return { json: JSON.stringify(value) };
  return String(value);
}

/** Contracts call a file a text. */
function withoutFiles(value: unknown, schema: ContractSchema | undefined): unknown {
  if (isPart(value) && (schema === undefined || !schema.types.has('object'))) return value.fileName ?? value.part;
  if (Array.isArray(value)) return value.map((item) => withoutFiles(item, schema?.inner('*')));
  if (!isNode(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutFiles(inner, schema?.inner(key) ?? schema?.inner('*'))]),
  );
}

export const isProblems = (written: WrittenBody | Problems | undefined): written is Problems => Array.isArray(written);
