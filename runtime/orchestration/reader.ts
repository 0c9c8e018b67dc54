/** Reads the parts of an orchestration's file: what has the wrong form is reported at its place. */
import type { JsonSchema } from '../contracts/adapter.ts';
import type { Finding } from '../contracts/finding.ts';
import type { Path, Source } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import type { Compiler } from './compiler.ts';
import { isPlain } from './plain.ts';

export type Reader = Pick<Compiler, 'report' | 'mapping' | 'list' | 'text' | 'texts'>;

export function createReader(source: Source, findings: Finding[]): Reader {
  const report: Compiler['report'] = (code, path, values = {}, { part, ...options } = {}) => {
    findings.push(finding(code, source.locate(path, part ?? 'value'), values, options));
  };

  /** The mapping that should hold it was told to lack it. */
  function isMissed(path: Path): boolean {
    const holder = path.slice(0, -1);
    const { line, column } = source.locate(holder, holder.length > 0 ? 'key' : 'value');
    return findings.some(
      ({ code, at, message }) =>
        code === 'MISSING_KEY' &&
        at.line === line &&
        at.column === column &&
        message.endsWith(` lacks the key "${String(path.at(-1))}".`),
    );
  }

  function wrongType(path: Path, expected: string, value: unknown): undefined {
    const where = `"${path.findLast((step) => typeof step === 'string') ?? 'the file'}"`;
    if (value === undefined && isMissed(path)) return undefined;
    const code = value === undefined || value === null ? 'MISSING_KEY' : 'WRONG_TYPE';
    const description = `write ${expected}`;
    const key = String(path.at(-1));
    report(code, path, { where, expected, found: inWords(value), description, key });
  }

  return {
    report,

    mapping: (value, path, schema, what) => {
      if (!isPlain(value)) return wrongType(path, 'a mapping (key: value)', value);
      checkKeys(value, path, schema, what, report);
      return value;
    },

    list: (value, path) => (Array.isArray(value) ? value : (wrongType(path, 'a list', value) ?? [])),

    text: (value, path) => (typeof value === 'string' && value !== '' ? value : wrongType(path, 'text', value)),

    texts: (value, path) => {
      if (!Array.isArray(value))
        return typeof value === 'string'
          ? [{ name: value, path }]
          : (wrongType(path, 'text or a list of texts', value) ?? []);
      return value.flatMap((item, index) =>
        typeof item === 'string'
          ? [{ name: item, path: [...path, index] }]
          : (wrongType([...path, index], 'text', item) ?? []),
      );
    },
  };
}

function checkKeys(
  value: Readonly<Record<string, unknown>>,
  path: Path,
  schema: JsonSchema,
  what: string,
  report: Compiler['report'],
): void {
  const properties = schema['properties'] as Readonly<Record<string, JsonSchema>>;
  const known = Object.keys(properties);
  for (const key of Object.keys(value).filter((each) => !known.includes(each))) {
    const options = { part: 'key', unknown: { name: key, known } } as const;
    report('UNKNOWN_KEY', [...path, key], { key, where: what, known: known.join(', ') }, options);
  }
  for (const key of (schema['required'] ?? []) as readonly string[]) {
    if (Object.hasOwn(value, key)) continue;
    const description = String(properties[key]?.['description'] ?? key);
    report('MISSING_KEY', path, { key, where: what, description }, path.length > 0 ? { part: 'key' } : {});
  }
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isPlain(value)) return 'a mapping (key: value)';
  return value === null || value === undefined ? 'nothing' : `"${String(value)}"`;
}
