/**
 * Reads an XML message and finds its type by the namespace and name of its root element. With `records` it splits an interchange
 * into the documents in its envelope, as a stream.
 */
import { bytesOf, type Message, type Part } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { rootOf } from '../../schemas/xml/root-of.ts';
import { type XmlPlaces, XmlSplitter } from '../../schemas/xml/split-xml.ts';
import { candidates } from '../candidates.ts';
import { isRecord } from '../record-number.ts';
import { recordable } from '../recordable.ts';
import { recordsOf, type SplitRecord } from '../records-of.ts';
import { typed } from '../typed.ts';

interface Config {
  readonly records?: string;
  readonly carry?: Readonly<Record<string, string>>;
  readonly recoverable?: boolean;
}

export const xmlDisassemble: PipelineComponent<Config> = {
  name: 'xml-disassemble',
  summary:
    'Reads an XML message, or each document of an envelope, finds its type by its root element, and promotes its properties.',
  stages: ['disassemble'],
  config: recordable('Where the documents are: element names from the root, as Batch/Body/Order; `*` is any name', {
    carry: {
      type: 'object',
      additionalProperties: { type: 'string', minLength: 1 },
      description:
        'Properties that documents get from the envelope: property name to element names from the root, the last may be @attribute',
    },
  }),
  execute(message, { records, carry = {} }, context) {
    if (records === undefined || isRecord(message.context)) return whole(message, context);
    return recordsOf(
      split(message.parts[0], { records, carry }),
      message,
      (record, bytes) => read(record, bytes, context),
      context,
    );
  },
};

async function whole(message: Message, context: PipelineContext): Promise<Message> {
  return read(message, await bytesOf(message.parts[0]), context);
}

function read(message: Message, bytes: Uint8Array, context: PipelineContext): Message {
  const schema = decide(message, bytes, context);
  return typed(message, schema, schema.read(bytes));
}

async function* split(part: Part, places: XmlPlaces): AsyncGenerator<SplitRecord> {
  const splitter = new XmlSplitter(places);
  const given = ({ text, carried }: { readonly text: string; readonly carried: Readonly<Record<string, string>> }) => ({
    bytes: Buffer.from(text),
    carried,
  });
  for await (const chunk of part.open()) yield* splitter.push(chunk).map(given);
  yield* splitter.end().map(given);
}

function decide(message: Message, bytes: Uint8Array, context: PipelineContext): CompiledSchema {
  const expected = candidates(message, context, 'xml');
  if (expected.length === 1) return expected[0]!;
  const root = rootOf(bytes);
  const sharing = expected.length > 0 ? expected.filter((schema) => schema.root === root) : byRoot(root, context);
  const found = sharing.length > 0 ? sharing : expected.filter((schema) => schema.root === undefined);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw ambiguous(root, found);
  throw unrecognised(root, expected, context);
}

const byRoot = (root: string, context: PipelineContext) =>
  context.schemas.findByRoot(root).filter((schema) => schema.format === 'xml');

function ambiguous(root: string, found: readonly CompiledSchema[]) {
  return busError('XML_ROOT_AMBIGUOUS', { root, types: found.map((schema) => schema.type).join(', ') });
}

function unrecognised(root: string, expected: readonly CompiledSchema[], { schemas }: PipelineContext) {
  const known = expected.length > 0 ? expected : schemas.types.flatMap((type) => schemas.find(type) ?? []);
  const near = nearest(
    root,
    known.flatMap((schema) => schema.root ?? []),
  );
  return busError('XML_ROOT_UNRECOGNISED', { root, near: near === undefined ? '' : ` (the nearest is ${near})` });
}
