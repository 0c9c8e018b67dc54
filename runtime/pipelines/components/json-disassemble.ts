/**
 * Reads a JSON message and finds its type among those expected: the only one, or the first whose schema it keeps to. With
 * `records` it splits a list into its items, as a stream.
 */
import { bytesOf, type Message, type Part } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { JsonSplitter } from '../../schemas/json-schema/split-json.ts';
import { candidates } from '../candidates.ts';
import { isRecord } from '../record-number.ts';
import { recordable } from '../recordable.ts';
import { recordsOf, type SplitRecord } from '../records-of.ts';
import { typed } from '../typed.ts';
import { describeViolation } from '../violations.ts';

interface Config {
  readonly records?: string;
  readonly recoverable?: boolean;
}

export const jsonDisassemble: PipelineComponent<Config> = {
  name: 'json-disassemble',
  summary:
    'Reads a JSON message, or each item of a list in it, finds its type among those expected, and promotes its properties.',
  stages: ['disassemble'],
  config: recordable('Where the list of messages is: keys with dots between, or `$` for the root'),
  execute(message, { records }, context) {
    if (records === undefined || isRecord(message.context)) return whole(message, context);
    return recordsOf(
      split(message.parts[0], records),
      message,
      (record, bytes) => readJsonMessage(record, bytes, context),
      context,
    );
  },
};

async function whole(message: Message, context: PipelineContext): Promise<Message> {
  return readJsonMessage(message, await bytesOf(message.parts[0]), context);
}

export function readJsonMessage(message: Message, bytes: Uint8Array, context: PipelineContext): Message {
  const schemas = candidates(message, context, 'json');
  const [only] = schemas;
  if (!only) throw busError('MESSAGE_TYPE_UNDECIDED', { format: 'json' });
  const document = only.read(bytes);
  return typed(message, schemas.length === 1 ? only : firstFitting(schemas, document), document);
}

async function* split(part: Part, records: string): AsyncGenerator<SplitRecord> {
  const splitter = new JsonSplitter(records);
  for await (const chunk of part.open()) for (const item of splitter.push(chunk)) yield recordIn(item);
  for (const item of splitter.end()) yield recordIn(item);
}

const recordIn = (text: string): SplitRecord => ({ bytes: Buffer.from(text), carried: {} });

function firstFitting(schemas: readonly CompiledSchema[], document: unknown): CompiledSchema {
  const reasons: string[] = [];
  for (const schema of schemas) {
    const [violation] = schema.validate(document);
    if (!violation) return schema;
    reasons.push(`${schema.type} (${describeViolation(violation)})`);
  }
  throw busError('MESSAGE_TYPE_UNMATCHED', { reasons: reasons.join(', ') });
}
