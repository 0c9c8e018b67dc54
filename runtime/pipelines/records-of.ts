/** Makes messages of the records of an interchange, one at a time; one that cannot be read ends alone where the others may go on. */
import { derive, type Message, partOf, withProperties } from '../contracts/message.ts';
import type { PipelineContext } from '../contracts/pipeline.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { RECORD_NUMBER } from './record-number.ts';

export interface SplitRecord {
  /** In UTF-8, however the interchange was encoded. */
  readonly bytes: Uint8Array;
  /** Properties from what stood around it. */
  readonly carried: Readonly<Record<string, string>>;
}

/** `read` gives the record its type and document; `from` is the message that is the interchange. */
export async function* recordsOf(
  records: AsyncIterable<SplitRecord>,
  from: Message,
  read: (record: Message, bytes: Uint8Array) => Message,
  context: PipelineContext,
): AsyncGenerator<Message> {
  let number = 0;
  const contentType = from.parts[0].contentType.replace(/charset=[^;]*/i, 'charset=utf-8');
  for await (const { bytes, carried } of records) {
    number += 1;
    const part = partOf(bytes, contentType);
    const placed = withProperties(from.context, [
      [RECORD_NUMBER, { value: number, promoted: false }],
      ...Object.entries(carried).map(([name, value]) => [name, { value, promoted: true }] as const),
    ]);
    const record = derive(from, { id: context.newId(), parts: [part, ...from.parts.slice(1)], context: placed });
    const made = madeOf(record, bytes, read, context);
    if ('then' in made) {
      await made;
      continue;
    }
    context.records?.came(made, () => part);
    yield made;
  }
}

/** What is the same for every record, and no record's fault. */
const OF_ALL: ReadonlySet<string> = new Set(['MESSAGE_TYPE_UNDECIDED']);

function madeOf(
  record: Message,
  bytes: Uint8Array,
  read: (record: Message, bytes: Uint8Array) => Message,
  { records }: PipelineContext,
): Message | Promise<void> {
  try {
    return read(record, bytes);
  } catch (thrown) {
    if (!records || !isBusError(thrown) || thrown.kind !== 'message' || OF_ALL.has(thrown.code)) throw thrown;
    return records.failed(record, thrown);
  }
}
