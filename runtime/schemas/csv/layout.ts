/** The layout of a CSV file: which column is which field of the record, and how a cell becomes a value and back. */
import type { Field, LogicalType, ObjectType } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { cellReader, cellText, type ReadCell } from './cell.ts';
import type { Dialect } from './row-reader.ts';

export interface CsvLayout extends Dialect {
  readonly header: boolean;
  readonly columns: readonly string[];
  /**
   * How rows become records: by the header, or in the order of the schema where there is none. Throws CSV_COLUMNS for unknown, doubled and
   * missing columns.
   */
  reading(header?: readonly string[]): ReadRow;
  /** One line, without header, in the order of the schema. */
  write(document: unknown): string;
  readonly headerLine: string;
}

/** Throws CSV_SYNTAX, with the number of the row, where there are more cells than columns. */
export type ReadRow = (cells: readonly string[], row: number) => Record<string, unknown>;

export function createLayout(type: string, record: ObjectType, dialect: Dialect & { header: boolean }): CsvLayout {
  const fields = [...record.fields()];
  const columns = fields.map(([name]) => name);
  const quoted = (text: string) => quoteCell(text, dialect);
  return {
    ...dialect,
    columns,
    reading: (header) => rowsBy(header ? orderOf(type, fields, header) : columns.map((_, index) => index), fields),
    write(document) {
      const values = document as Record<string, unknown>;
      return `${columns.map((name) => quoted(cellText(type, name, values[name]))).join(dialect.delimiter)}\r\n`;
    },
    headerLine: `${columns.map(quoted).join(dialect.delimiter)}\r\n`,
  };
}

function orderOf(type: string, fields: readonly (readonly [string, Field])[], header: readonly string[]): number[] {
  const names = fields.map(([name]) => name);
  const order = header.map((cell) => names.indexOf(cell.trim()));
  const problems = header.flatMap((cell, index) => {
    if (order[index] === -1) return [unknownColumn(cell.trim(), names)];
    return order.indexOf(order[index]!) === index ? [] : [`${cell.trim()} occurs twice`];
  });
  const missing = fields.filter(([, field], index) => field.required && !order.includes(index));
  problems.push(...missing.map(([name]) => `${name} is missing`));
  if (problems.length > 0) throw busError('CSV_COLUMNS', { type, reason: problems.join('; ') });
  return order;
}

function unknownColumn(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? `${name} is unknown` : `${name} is unknown, did you mean ${near}`;
}

interface Column {
  readonly name: string;
  readonly read: ReadCell;
  /** Which cell of a row it is. */
  readonly cell: number;
}

/** `order`: the number of the field of each cell. Fields of a record come in the order of the schema. */
function rowsBy(order: readonly number[], fields: readonly (readonly [string, Field])[]): ReadRow {
  const columns = fields.flatMap(([name, field], index): Column[] => {
    const cell = order.indexOf(index);
    return cell < 0 ? [] : [{ name, read: cellReader(field), cell }];
  });
  return (cells, row) => {
    if (cells.length > order.length) {
      const reason = `it has ${cells.length} cells for ${order.length} columns`;
      throw busError('CSV_SYNTAX', { record: row, reason });
    }
    const record: Record<string, unknown> = {};
    for (const { name, read, cell } of columns) {
      if (cell >= cells.length) continue;
      const value = read(cells[cell]!);
      if (value !== undefined) record[name] = value;
    }
    return record;
  };
}

function quoteCell(text: string, { delimiter, quote }: Dialect): string {
  if (quote === '' || text === '') return text;
  const plain = !text.includes(delimiter) && !text.includes(quote) && !/[\r\n]|^\s|\s$|^\uFEFF/.test(text);
  return plain ? text : quote + text.replaceAll(quote, quote + quote) + quote;
}

/** Only a record of single values can stand in a row. */
export function isCell(type: LogicalType): boolean {
  return type.kind !== 'list' && type.kind !== 'object';
}
