/**
 * Splits a CSV file into one message a row, as a stream: a file of any size takes the memory of a few rows. A row's place
 * in the file (the header counts as row 1) is carried as `csv.row`.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Parser, parse } from 'csv-parse';
import { derive, type Message, type Part, partOf, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import { busError } from '../../errors/bus-error.ts';
import { type CsvSchema, isCsvSchema } from '../../schemas/csv/csv-schema.ts';
import { parserOptions } from '../../schemas/csv/parser-options.ts';
import { candidates } from '../candidates.ts';
import { CSV_ROW } from '../csv-row.ts';
import { noOptions } from '../no-options.ts';
import { typed } from '../typed.ts';

export const csvDisassemble: PipelineComponent = {
  name: 'csv-disassemble',
  summary: 'Splits a CSV file into one message a row and promotes the properties of each.',
  stages: ['disassemble'],
  config: noOptions,
  async *execute(message, _config, context) {
    const schema = candidates(message, context, 'csv').find(isCsvSchema);
    if (!schema) throw busError('MESSAGE_TYPE_UNDECIDED', { format: 'csv' });
    let order: readonly number[] | undefined = schema.layout.header ? undefined : schema.layout.order;
    let row = 0;
    for await (const cells of records(message.parts[0], schema)) {
      row += 1;
      if (order === undefined) order = schema.layout.orderOf(cells);
      else yield rowMessage(message, schema, schema.layout.read(cells, order, row), row, context);
    }
  },
};

function rowMessage(file: Message, schema: CsvSchema, document: unknown, row: number, context: PipelineContext) {
  const body = partOf(Buffer.from(schema.layout.write(document)), 'text/csv; charset=utf-8; header=absent');
  const properties = withProperties(file.context, [[CSV_ROW, { value: row, promoted: false }]]);
  return typed(derive(file, { id: context.newId(), parts: [body], context: properties }), schema, document);
}

async function* records(part: Part, { layout }: CsvSchema): AsyncGenerator<string[]> {
  const parser: Parser = parse(parserOptions(layout));
  const feeding = pipeline(Readable.from(decoded(part)), parser);
  feeding.catch(() => undefined); // The same error ends the iteration below, which reports it.
  try {
    for await (const record of parser) yield record as string[];
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown; // Not of the text, but of its source.
    throw busError('CSV_SYNTAX', { record: parser.info.records + 1, reason: thrown.message });
  } finally {
    parser.destroy();
  }
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
