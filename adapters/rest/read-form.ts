/**
 * What came as a form, as a message: the body is a JSON document of the fields, and each file is a part of its own, of which the
 * document tells as `{ part, fileName, contentType, size }`.
 */
import { Busboy } from '@fastify/busboy';
import { type Part, partOf } from '../../runtime/contracts/message.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { decodeForm, documentOf, type Field, FORM, MULTIPART } from './form.ts';

export type Parts = readonly [Part, ...Part[]];

const JSON_TYPE = 'application/json; charset=utf-8';
const MOST_PARTS = 1000;
const LONGEST_NAME = 1000;

const essenceOf = (contentType: string) => contentType.split(';')[0]!.trim().toLowerCase();

export const isForm = (contentType: string) => [FORM, MULTIPART].includes(essenceOf(contentType));

/** Rejects with BusError FORM_UNREADABLE. `bytes` are no more than the location takes. */
export async function readForm(bytes: Uint8Array, contentType: string): Promise<Parts> {
  if (essenceOf(contentType) === FORM) return [jsonPart(decodeForm(textIn(bytes)))];
  return readMultipart(bytes, contentType);
}

export const jsonPart = (document: object) => partOf(Buffer.from(JSON.stringify(document)), JSON_TYPE);

function textIn(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw busError('FORM_UNREADABLE', { reason: 'it is not in UTF-8' });
  }
}

async function readMultipart(bytes: Uint8Array, contentType: string): Promise<Parts> {
  const fields: Field<unknown>[] = [];
  const files: Part[] = [];
  try {
    await parse(bytes, contentType, fields, files);
  } catch (thrown) {
    throw busError('FORM_UNREADABLE', { reason: reasonOf(thrown) }, { cause: thrown });
  }
  return [jsonPart(documentOf(fields)), ...files];
}

function parse(bytes: Uint8Array, contentType: string, fields: Field<unknown>[], files: Part[]): Promise<void> {
  const limits = { fieldSize: bytes.byteLength, fieldNameSize: LONGEST_NAME, parts: MOST_PARTS, headerPairs: 50 };
  const names = new Set(['body']);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const parser = new Busboy({ headers: { 'content-type': contentType }, limits });
  parser.on('field', (name, value, nameCut, _valueCut, _encoding, type) => {
    if (nameCut || name.length > LONGEST_NAME) reject(new Error('the name of a field is too long'));
    fields.push([name, /[/+]json$/i.test(type) ? parsed(value) : value]);
  });
  parser.on('file', (name, stream, fileName, _encoding, type) => {
    const chunks: Buffer[] = [];
    const part = freeName(name, names);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      const content = Buffer.concat(chunks);
      fields.push([name, { part, fileName, contentType: type, size: content.length }]);
      files.push(partOf(content, type, part));
    });
  });
  parser.on('partsLimit', () => reject(new Error(`it has more than ${MOST_PARTS} parts`)));
  parser.on('error', reject);
  parser.on('finish', resolve);
  parser.end(bytes);
  return promise;
}

/** A field that says it is JSON and is none stays the text that it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Parts are told apart by their names. */
function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  taken.add(name);
  return name;
}
