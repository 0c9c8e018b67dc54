/** A message type that is one record of a CSV file; its shape is a JSON Schema of the record. */
import { parse } from 'csv-parse/sync';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { decodeUnicode } from '../decode-unicode.ts';
import type { CsvLayout } from './layout.ts';
import { parserOptions } from './parser-options.ts';

export interface CsvSchema extends CompiledSchema {
  readonly layout: CsvLayout;
}

export function isCsvSchema(schema: CompiledSchema): schema is CsvSchema {
  return 'layout' in schema;
}

/** `record` is the compiled JSON Schema of one record: its validation and promotion serve as they are. */
export function createCsvSchema(record: CompiledSchema, layout: CsvLayout): CsvSchema {
  return {
    ...record,
    format: 'csv',
    contentType: `text/csv; charset=utf-8; header=${layout.header ? 'present' : 'absent'}`,
    layout,
    read: (bytes) => readRecord(record.type, decodeUnicode(bytes), layout),
    write(document) {
      if (typeof document !== 'object' || document === null) {
        throw busError('DOCUMENT_NOT_WRITABLE', { type: record.type, path: '/', reason: 'is not a record' });
      }
      return Buffer.from((layout.header ? layout.headerLine : '') + layout.write(document));
    },
    validate: (document) => record.validate(document),
  };
}

/** One record; a line of column names before it is a header, whether or not one is declared. */
function readRecord(type: string, text: string, layout: CsvLayout): unknown {
  const rows = parseRows(text, layout);
  const [first, second] = rows;
  if (!first) throw busError('CSV_SYNTAX', { record: 1, reason: 'there is none' });
  const headed = first.every((cell) => layout.columns.includes(cell.trim()));
  if (rows.length > (headed ? 2 : 1)) {
    throw busError('CSV_SYNTAX', { record: rows.length, reason: `a ${type} is one record` });
  }
  if (!headed) return layout.read(first, layout.order, 1);
  if (!second) throw busError('CSV_SYNTAX', { record: 2, reason: 'there is none' });
  return layout.read(second, layout.orderOf(first), 2);
}

function parseRows(text: string, layout: CsvLayout): string[][] {
  try {
    return parse(text, { ...parserOptions(layout), to: 3 }) as unknown as string[][];
  } catch (thrown) {
    throw busError('CSV_SYNTAX', { record: 1, reason: reasonOf(thrown) });
  }
}
