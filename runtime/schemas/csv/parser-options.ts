/** How csv-parse is to read a file of this layout: strict quotes, cells as text, every record an array. */
import type { Options } from 'csv-parse';

export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
}

/** Longer records are refused, so that an unclosed quote cannot gather a whole file in memory. */
const MAX_RECORD = 1_048_576;

export function parserOptions({ delimiter, quote }: Dialect): Options {
  return {
    delimiter,
    quote: quote === '' ? null : quote,
    escape: quote === '' ? null : quote,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD,
  };
}
