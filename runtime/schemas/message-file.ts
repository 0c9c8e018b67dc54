/** Reads a *.message.yaml: which schema it uses, in which format, and what it promotes. */
import { posix } from 'node:path';
import type { Finding } from '../contracts/finding.ts';
import type { Format } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { nearest } from '../errors/nearest.ts';
import type { SchemaFiles } from './schema-files.ts';

export interface MessageFile {
  readonly type: string;
  readonly source: Source;
  /** Relative to the solution's folder; undefined for XML without a schema. */
  readonly file: string | undefined;
  readonly format: Format;
  readonly root: string | undefined;
  /** Of a flat file, the record or group that the type is; undefined for the whole. */
  readonly record: string | undefined;
  readonly csv: { readonly delimiter: string; readonly header: boolean; readonly quote: string };
  /** Property to path. */
  readonly promote: Readonly<Record<string, string>>;
}

const FORMATS: readonly Format[] = ['json', 'xml', 'csv', 'flat'];

export function readMessageFile(source: Source, files: SchemaFiles, findings: Finding[]): MessageFile | undefined {
  const before = findings.length;
  const invalid = (path: Path, reason: string) =>
    findings.push(finding('MESSAGE_INVALID', source.locate(path), { reason }));
  const value = source.value;
  if (!isMapping(value)) {
    invalid([], 'The file is not a mapping');
    return undefined;
  }
  const { message, schema, root, format = formatOf(schema) } = value;
  if (typeof message !== 'string' || message === '') invalid(['message'], 'The message type has no name');
  if (!FORMATS.includes(format as Format)) invalid(['format'], '`format` must be json, xml, csv or flat');
  if (root !== undefined && typeof root !== 'string') invalid(['root'], '`root` must be the name of an element');
  if (schema === undefined && format !== 'xml') invalid([], 'The message type names no schema');
  if (schema !== undefined && typeof schema !== 'string') invalid(['schema'], '`schema` must be the name of a file');
  const promote = promotionsOf(value['promote'], invalid);
  const csv = dialectOf(value['csv'], invalid);
  if (findings.length > before) return undefined;
  const file = typeof schema === 'string' ? findFile(source, schema, files, findings) : undefined;
  if (typeof schema === 'string' && file === undefined) return undefined;
  return {
    type: String(message),
    source,
    file,
    format: value['format'] === undefined && file !== undefined ? formatOf(file) : (format as Format),
    root: root as string | undefined,
    record: typeof value['record'] === 'string' ? value['record'] : undefined,
    csv,
    promote,
  };
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function formatOf(schema: unknown): Format {
  if (typeof schema !== 'string') return 'xml';
  if (/\.flat\.yaml$/i.test(schema)) return 'flat';
  return /\.json$/i.test(schema) ? 'json' : 'xml';
}

type Invalid = (path: Path, reason: string) => void;

/** In schemas/, or beside the message file. For one that is not there the nearest name is taken, so that the rest can be checked. */
function findFile(source: Source, schema: string, files: SchemaFiles, findings: Finding[]): string | undefined {
  const inSchemas = posix.normalize(posix.join('schemas', schema));
  const beside = posix.normalize(posix.join(posix.dirname(source.file), schema));
  const found = [inSchemas, beside, posix.normalize(schema)].find((path) => files.read(path) !== undefined);
  if (found !== undefined) return found;
  const known = files.known
    .map((path) => path.replace(/^schemas\//, ''))
    .filter((path) => /\.(json|xsd|wsdl|flat\.yaml)$/i.test(path));
  const meant = known.find((path) => isNamedAs(path, source.value)) ?? nearest(schema, known);
  const options = meant === undefined ? { unknown: { name: schema, known } } : { suggestion: meant };
  findings.push(finding('SCHEMA_FILE_UNKNOWN', source.locate(['schema']), { file: inSchemas }, options));
  return meant === undefined ? undefined : posix.join('schemas', meant);
}

/** `works/park-notice.schema.json` for the message type park-notice. */
function isNamedAs(path: string, written: unknown): boolean {
  const name = (written as { readonly message?: unknown } | null)?.message;
  return posix.basename(path).replace(/\..*$/, '') === name;
}

function promotionsOf(value: unknown, invalid: Invalid): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isMapping(value)) {
    invalid(['promote'], '`promote` must be a mapping of property names to paths');
    return {};
  }
  for (const [property, path] of Object.entries(value)) {
    if (typeof path !== 'string' || path === '') invalid(['promote', property], 'A promoted path must be text');
  }
  return value as Record<string, string>;
}

function dialectOf(value: unknown, invalid: Invalid): MessageFile['csv'] {
  const { delimiter = ',', header = true, quote = '"' } = isMapping(value) ? value : {};
  if (typeof delimiter !== 'string' || delimiter.length !== 1)
    invalid(['csv', 'delimiter'], '`delimiter` must be one character');
  if (typeof quote !== 'string' || quote.length > 1)
    invalid(['csv', 'quote'], '`quote` must be one character, or empty for none');
  if (typeof header !== 'boolean') invalid(['csv', 'header'], '`header` must be true or false');
  return { delimiter: String(delimiter), header: header === true, quote: String(quote) };
}
