/**
 * Splits a CSV file into one message a row, as a stream: a file of any size takes the memory of a few rows. A row's place
 * in the file (the header counts as row 1) is carried as `csv.row`.
 */
import { finished } from 'node:stream/promises';
import { CsvError, type Parser, parse } from 'csv-parse';
import { derive, type Message, type Part, partOf, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { type CsvSchema, isCsvSchema } from '../../schemas/csv/csv-schema.ts';
import { parserOptions } from '../../schemas/csv/parser-options.ts';
import { candidates } from '../candidates.ts';
import { CSV_ROW } from '../csv-row.ts';
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
    const file = { message, schema, context };
    let header = '';
    let order: readonly number[] | undefined = schema.layout.header ? undefined : schema.layout.order;
    let row = firstRow(message, schema);
    for await (const { record, raw } of records(message.parts[0], schema)) {
      row += 1;
      if (order === undefined) {
        order = schema.layout.orderOf(record);
        header = raw;
        continue;
      }
      const read = readRow({ cells: record, raw: header + raw, row }, order, file);
      if ('then' in read) await read;
      else yield read;
    }
  },
};

interface File {
  readonly message: Message;
  readonly schema: CsvSchema;
  readonly context: PipelineContext;
}

interface Row {
  readonly cells: readonly string[];
  /** As it came, with the header before it. */
  readonly raw: string;
  readonly row: number;
}

/** A row that cannot be read is awaited until the others may go on without it. */
function readRow({ cells, raw, row }: Row, order: readonly number[], file: File): Message | Promise<void> {
  const { message, schema, context } = file;
  const came = () => partOf(Buffer.from(raw), message.parts[0].contentType);
  const placed = withProperties(message.context, [[CSV_ROW, { value: row, promoted: false }]]);
  const id = context.newId();
  try {
    const document = schema.layout.read(cells, order, row);
    const body = partOf(Buffer.from(schema.layout.write(document)), 'text/csv; charset=utf-8; header=absent');
    const made = typed(derive(message, { id, parts: [body], context: placed }), schema, document);
    context.records?.came(made, came);
    return made;
  } catch (thrown) {
    if (!context.records || !isBusError(thrown) || thrown.kind !== 'message') throw thrown;
    return context.records.failed(derive(message, { id, parts: [came()], context: placed }), thrown);
  }
}

/** A row that was suspended by itself and comes again keeps its place: its header is not counted. */
function firstRow({ context }: Message, { layout }: CsvSchema): number {
  const row = context.get(CSV_ROW)?.value;
  return typeof row === 'number' ? row - (layout.header ? 2 : 1) : 0;
}

interface Parsed {
  readonly record: string[];
  readonly raw: string;
}

/** Fed piece by piece, so that what was read before an error comes before it. */
async function* records(part: Part, { layout }: CsvSchema): AsyncGenerator<Parsed> {
  let read: Parsed[] = [];
  const parser: Parser = parse({
    ...parserOptions(layout),
    raw: true,
    on_record: (record) => void read.push(record as unknown as Parsed),
  });
  const ended = finished(parser.resume());
  ended.catch(() => undefined); // Awaited below.
  const take = () => read.splice(0);
  try {
    for await (const text of decoded(part)) {
      await feed(parser, text);
      yield* take();
    }
    parser.end();
    await ended;
    yield* take();
  } catch (thrown) {
    yield* take();
    if (!(thrown instanceof CsvError)) throw thrown; // Not of the text, but of its source.
    throw busError('CSV_SYNTAX', { record: parser.info.records + 1, reason: thrown.message });
  } finally {
    read = [];
    parser.destroy();
  }
}

function feed(parser: Parser, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

async function* decoded(part: Part): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of part.open()) yield decode(decoder, chunk);
  yield decode(decoder);
}

/** Without a chunk, the end. */
function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw busError('TEXT_NOT_DECODABLE', { encoding: 'utf-8' });
  }
}
