/** The layout of a CSV file: which column is which field of the record, and how a cell becomes a value and back. */
import type { Field, LogicalType, ObjectType } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { cellText, cellValue } from './cell.ts';
import type { Dialect } from './parser-options.ts';

export interface CsvLayout extends Dialect {
  readonly header: boolean;
  readonly columns: readonly string[];
  /** The order of the cells where there is no header: that of the schema. */
  readonly order: readonly number[];
  /** The column number of each cell, by the header. Throws CSV_COLUMNS for unknown, doubled and missing columns. */
  orderOf(header: readonly string[]): readonly number[];
  /** Cells to record. Throws CSV_SYNTAX where there are more cells than columns. */
  read(cells: readonly string[], order: readonly number[], row: number): Record<string, unknown>;
  /** One line, without header, in the order of the schema. */
  write(document: unknown): string;
  readonly headerLine: string;
}

export function createLayout(type: string, record: ObjectType, dialect: Dialect & { header: boolean }): CsvLayout {
  const fields = [...record.fields()];
  const columns = fields.map(([name]) => name);
  const quoted = (text: string) => quoteCell(text, dialect);
  return {
    ...dialect,
    columns,
    order: columns.map((_, index) => index),
    orderOf: (header) => orderOf(type, fields, header),
    read: (cells, order, row) => readCells(fields, cells, order, row),
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

function readCells(
  fields: readonly (readonly [string, Field])[],
  cells: readonly string[],
  order: readonly number[],
  row: number,
): Record<string, unknown> {
  if (cells.length > order.length) {
    const reason = `it has ${cells.length} cells for ${order.length} columns`;
    throw busError('CSV_SYNTAX', { record: row, reason });
  }
  const values: unknown[] = new Array(fields.length);
  for (let index = 0; index < cells.length; index += 1) {
    const column = order[index]!;
    values[column] = cellValue(cells[index]!, fields[column]![1]);
  }
  const record: Record<string, unknown> = {};
  for (let column = 0; column < fields.length; column += 1) {
    if (values[column] !== undefined) record[fields[column]![0]] = values[column];
  }
  return record;
}

function quoteCell(text: string, { delimiter, quote }: Dialect): string {
  if (quote === '') return text;
  const plain = !text.includes(delimiter) && !text.includes(quote) && !/[\r\n]|^\s|\s$|^\uFEFF/.test(text);
  return plain ? text : quote + text.replaceAll(quote, quote + quote) + quote;
}

/** Only a record of single values can stand in a row. */
export function isCell(type: LogicalType): boolean {
  return type.kind !== 'list' && type.kind !== 'object';
}
