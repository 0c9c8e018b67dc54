/** config/lookups/*.csv: header row, then key,value. Bad rows and keys that stand twice come back with their line. */
import { parse } from 'csv-parse/sync';
import type { Calendars } from '../contracts/calendar.ts';
import type { LookupTables } from '../contracts/expression.ts';
import type { Finding } from '../contracts/finding.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { finding } from '../errors/finding.ts';
import type { SolutionFiles } from './find.ts';
import { lookup } from './kinds/lookup.ts';

export interface ReadLookups {
  readonly tables: LookupTables;
  readonly findings: readonly Finding[];
}

export function readLookups(files: SolutionFiles, calendars: Calendars): ReadLookups {
  const tables = new Map<string, ReadonlyMap<string, string>>();
  const findings: Finding[] = [];
  for (const [file, text] of files) {
    if (!lookup.pattern.test(file)) continue;
    const name = file.slice(file.lastIndexOf('/') + 1, -'.csv'.length);
    tables.set(
      name,
      readTable(file, text, (line, reason) => findings.push(invalid(file, line, reason))),
    );
  }
  return { tables: Object.assign(tables, { calendars }), findings };
}

const invalid = (file: string, line: number, reason: string) =>
  finding('LOOKUP_INVALID', { file, line, column: 1, path: '' }, { reason });

type Complain = (line: number, reason: string) => void;

interface Row {
  readonly record: readonly string[];
  readonly line: number;
}

function readTable(file: string, text: string, complain: Complain): Map<string, string> {
  const [header, ...rows] = rowsOf(text, complain);
  if (!header) complain(1, `The lookup ${file} is empty`);
  else if (header.record.length < 2) complain(header.line, 'The header row has one column, not two');
  const table = new Map<string, string>();
  const lineOf = new Map<string, number>();
  for (const { record, line } of rows) {
    const [key, value] = record;
    if (record.length !== 2) complain(line, `The row has ${record.length} columns, not two`);
    if (key === undefined || value === undefined) continue;
    if (lineOf.has(key))
      complain(line, `The key "${key}" stands here for the second time; it first stands in line ${lineOf.get(key)}`);
    else lineOf.set(key, line);
    table.set(key, value);
  }
  return table;
}

function rowsOf(text: string, complain: Complain): Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: string[], { lines }) => {
        rows.push({ record, line: lines - record.join('').split('\n').length + 1 });
        return null;
      },
    });
  } catch (thrown) {
    const line = (thrown as { lines?: unknown }).lines;
    complain(typeof line === 'number' ? line : 1, reasonOf(thrown).replace(/\.$/, ''));
  }
  return rows;
}
