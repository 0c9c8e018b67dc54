/**
 * Splits a CSV file into one message a row, as a stream: a file of any size takes the memory of a few rows. A row's place
 * in the file (the header counts as row 1) is carried as `csv.row`.
 */
import { derive, type Message, type Part, partOf, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { type CsvSchema, isCsvSchema } from '../../schemas/csv/csv-schema.ts';
import type { ReadRow } from '../../schemas/csv/layout.ts';
import { createRowReader, type RowReader } from '../../schemas/csv/row-reader.ts';
import { candidates } from '../candidates.ts';
import { CSV_ROW } from '../csv-row.ts';
import { latePart } from '../late-part.ts';
import { recordable } from '../recordable.ts';
import { typed } from '../typed.ts';

interface Config {
  readonly recoverable?: boolean;
}

export const csvDisassemble: PipelineComponent<Config> = {
  name: 'csv-disassemble',
  summary: 'Splits a CSV file into one message a row and promotes the properties of each.',
  stages: ['disassemble'],
  config: recordable(''),
  async *execute(message, _config, context) {
    const schema = candidates(message, context, 'csv').find(isCsvSchema);
    if (!schema) throw busError('MESSAGE_TYPE_UNDECIDED', { format: 'csv' });
    const reader = createRowReader(schema.layout);
    const take = taking({ message, schema, context });
    for await (const _ of feeding(reader, message.parts[0])) {
      while (reader.next()) {
        const taken = take(reader);
        if (taken === undefined) continue;
        if ('then' in taken) await taken;
        else yield taken;
      }
    }
  },
};

interface File {
  readonly message: Message;
  readonly schema: CsvSchema;
  readonly context: PipelineContext;
}

/** The message of a row; undefined for the header. A row that cannot be read is awaited until the others may go on without it. */
function taking(file: File): (reader: RowReader) => Message | Promise<void> | undefined {
  const { layout } = file.schema;
  let row = firstRow(file);
  let header = '';
  let read = layout.header ? undefined : layout.reading();
  return (reader) => {
    row += 1;
    if (read) return readRow({ cells: reader.cells, raw: reader.raw(), header, row }, read, file);
    read = layout.reading(reader.cells);
    header = reader.raw();
    return undefined;
  };
}

interface Row {
  readonly cells: readonly string[];
  /** As it came. */
  readonly raw: string;
  /** The line of the header, where there is one. */
  readonly header: string;
  readonly row: number;
}

const ROW_TYPE = 'text/csv; charset=utf-8; header=absent';

function readRow({ cells, raw, header, row }: Row, read: ReadRow, file: File): Message | Promise<void> {
  const { message, schema, context } = file;
  const came = () => partOf(Buffer.from(header + raw), message.parts[0].contentType);
  const id = context.newId();
  try {
    const document = read(cells, row);
    const body = latePart(() => Buffer.from(schema.layout.write(document)), ROW_TYPE);
    const made = typed(message, schema, document, { id, parts: [body], carried: { [CSV_ROW]: row } });
    context.records?.came(made, came);
    return made;
  } catch (thrown) {
    if (!context.records || !isBusError(thrown) || thrown.kind !== 'message') throw thrown;
    const placed = withProperties(message.context, [[CSV_ROW, { value: row, promoted: false }]]);
    return context.records.failed(derive(message, { id, parts: [came()], context: placed }), thrown);
  }
}

/** A row that was suspended by itself and comes again keeps its place: its header is not counted. */
function firstRow({ message, schema: { layout } }: File): number {
  const row = message.context.get(CSV_ROW)?.value;
  return typeof row === 'number' ? row - (layout.header ? 2 : 1) : 0;
}

/** Gives the reader the text of a part piece by piece, and yields after each, so that what stands before an error comes before it. */
async function* feeding(reader: RowReader, part: Part): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of part.open()) {
    reader.push(decode(decoder, chunk));
    yield;
  }
  reader.push(decode(decoder));
  reader.end();
  yield;
}

/** Without a chunk, the end. */
function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding: 'utf-8' });
  }
}
