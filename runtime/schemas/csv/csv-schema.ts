/** A message type that is one record of a CSV file; its shape is a JSON Schema of the record. */
import type { CompiledSchema } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { decodeUnicode } from '../decode-unicode.ts';
import type { CsvLayout } from './layout.ts';
import { createRowReader } from './row-reader.ts';

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
  const rows = readRows(text, layout);
  const [first, second] = rows;
  if (!first) throw busError('CSV_SYNTAX', { record: 1, reason: 'there is none' });
  const headed = first.every((cell) => layout.columns.includes(cell.trim()));
  if (rows.length > (headed ? 2 : 1)) {
    throw busError('CSV_SYNTAX', { record: rows.length, reason: `a ${type} is one record` });
  }
  if (!headed) return layout.reading()(first, 1);
  if (!second) throw busError('CSV_SYNTAX', { record: 2, reason: 'there is none' });
  return layout.reading(first)(second, 2);
}

/** One more than there may be, if there are so many. */
function readRows(text: string, layout: CsvLayout): string[][] {
  const reader = createRowReader(layout);
  reader.push(text);
  reader.end();
  const rows: string[][] = [];
  while (rows.length < 3 && reader.next()) rows.push([...reader.cells]);
  return rows;
}
