/** The body of a request, made of a message: as it is, as a form, as a form with files, or none. */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message, type Part } from '../../runtime/contracts/message.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { fileNameFor } from '../../runtime/files/file-name.ts';
import { filled } from '../shared/client/template.ts';
import { encodeForm, type Field, FORM, fieldsOf, isPart, type Lists } from './form.ts';
import { jsonObject } from './target.ts';

export type BodyKind = 'message' | 'form' | 'multipart' | 'none';

export interface BodyConfig {
  readonly url: string;
  readonly body?: BodyKind;
  readonly lists?: Lists;
  readonly file?: {
    readonly field: string;
    readonly fileName?: string;
    readonly fields?: Readonly<Record<string, string>>;
  };
}

export const BODY_DEFAULTS = { lists: 'brackets' } as const;

export interface WrittenBody {
  readonly contentType: string;
  /** Bytes; undefined where it is not known before it is sent. */
  readonly size: number | undefined;
  /** Gives it anew for each try. */
  readonly open: () => Uint8Array | AsyncIterable<Uint8Array>;
}

type WriteBody = (message: Message) => Promise<WrittenBody | undefined>;

/** `usual` is what the method has where the options do not say. */
export function compileBody(config: BodyConfig, usual: BodyKind, context: AdapterContext): WriteBody {
  const { url, body = config.file ? 'multipart' : usual, lists = BODY_DEFAULTS.lists } = config;
  if (body === 'none') return async () => undefined;
  if (body === 'message') return async ({ parts: [part] }) => asItIs(part);
  if (body === 'form') {
    return async ({ parts: [part] }) => {
      const bytes = Buffer.from(encodeForm(jsonObject(await bytesOf(part), url, 'a form'), lists));
      return { contentType: FORM, size: bytes.length, open: () => bytes };
    };
  }
  const fieldsFor = compileFields(config, lists);
  return async (message) => multipartOf(await fieldsFor(message), `bus-${context.newId()}`);
}

function asItIs(part: Part): WrittenBody {
  return {
    contentType: part.contentType,
    size: part.bytes?.byteLength ?? part.size,
    open: () => part.bytes ?? part.open(),
  };
}

interface FilePart {
  readonly part: Part;
  readonly fileName: string;
}

/** Text, a file, or JSON that says so. */
export type Fields = readonly Field<string | FilePart | { readonly json: string }>[];

function compileFields({ url, file }: BodyConfig, lists: Lists): (message: Message) => Promise<Fields> {
  if (file) {
    return async (message) => {
      const others = Object.entries(file.fields ?? {});
      const fileName = fileNameFor(message, file.fileName, url);
      const written = others.map(([name, text]): Field => [name, filled(text, message, url, `the field ${name}`)]);
      return [...written, [file.field, { part: message.parts[0], fileName }]];
    };
  }
  return async (message) => {
    const document = jsonObject(await bytesOf(message.parts[0]), url, 'a form');
    return fieldsOf(document, lists).map(([name, value]) => [
      name,
      isPart(value) ? partFor(value, message, url) : String(value),
    ]);
  };
}

const partFor = (
  { part: name, fileName = name }: { part: string; fileName?: string },
  message: Message,
  endpoint: string,
) => ({ part: partNamed(name, message, endpoint), fileName });

/** Throws BusError ENDPOINT_REFUSED where the message has no such part. */
export function partNamed(name: string, message: Message, endpoint: string): Part {
  const part = message.parts.find((each, index) => index > 0 && each.name === name);
  if (part) return part;
  throw busError('ENDPOINT_REFUSED', { endpoint, reason: `it has no part ${name}, which its document speaks of` });
}

/** RFC 7578; names are escaped as browsers escape them. */
export function multipartOf(fields: Fields, boundary: string): WrittenBody {
  const pieces = fields.map(([name, value]) => {
    const more = typeof value === 'string' ? '' : 'json' in value ? JSON_PART : fileHead(value);
    const head = Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"${more}\r\n\r\n`);
    const content = typeof value === 'string' ? value : 'json' in value ? value.json : value.part;
    return { head, content: typeof content === 'string' ? Buffer.from(content) : content };
  });
  const end = Buffer.from(`--${boundary}--\r\n`);
  const sizes = pieces.map(({ head, content }) => head.length + sizeOf(content) + BREAK.length);
  const size = sizes.reduce((sum, each) => sum + each, end.length);
  async function* open() {
    for (const { head, content } of pieces) {
      yield head;
      if (Buffer.isBuffer(content)) yield content;
      else yield* content.open();
      yield BREAK;
    }
    yield end;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    size: Number.isNaN(size) ? undefined : size,
    open,
  };
}

const JSON_PART = '\r\nContent-Type: application/json';
const fileHead = ({ fileName, part }: FilePart) =>
  `; filename="${escaped(fileName)}"\r\nContent-Type: ${part.contentType}`;

const BREAK = Buffer.from('\r\n');

/** NaN where it is not known. */
const sizeOf = (content: Buffer | Part) =>
  Buffer.isBuffer(content) ? content.length : (content.bytes?.byteLength ?? content.size ?? Number.NaN);

const escaped = (text: string) => text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
