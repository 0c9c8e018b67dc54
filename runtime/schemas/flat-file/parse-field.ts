/** Reads a field of a *.flat.yaml. */
import type { Path } from '../../contracts/source.ts';
import { lacking } from './dates.ts';
import type { FieldType, NumberForm, Sign, Total, ValueField } from './layout.ts';
import type { Where } from './parse-record.ts';
import { type Mapping, mappingOf, marksOf, type Report, repeatOf, textOf } from './written.ts';

const FORMS: Readonly<Record<string, NumberForm>> = {
  text: 'text',
  zoned: 'zoned',
  packed: 'packed',
  binary: 'binary',
};

export function parseField(
  name: string,
  written: Mapping,
  { at, delimited }: Where,
  path: Path,
  report: Report,
): ValueField {
  const type = parseType(written, path, report);
  const length = typeof written['length'] === 'number' ? written['length'] : undefined;
  const numeric = type.kind === 'integer' || type.kind === 'decimal';
  const justify = written['justify'] === 'right' || (written['justify'] === undefined && numeric) ? 'right' : 'left';
  const pad = textOf(written['pad']) ?? (length === undefined ? '' : numeric && !delimited ? '0' : ' ');
  if (pad.length > 1) report([...path, 'pad'], '`pad` is one character');
  const values = Array.isArray(written['values']) ? written['values'].map(String) : undefined;
  return {
    kind: 'value',
    name,
    at,
    length,
    required: written['required'] === true,
    repeat: repeatOf({ ...written, optional: true }),
    repeatDelimiter: marksOf(written['repeatDelimiter']) ?? '',
    type,
    pad,
    justify,
    wrapAlways: written['quoted'] === true,
    values,
    minLength: Number(written['minLength'] ?? 0),
    maxLength: typeof written['maxLength'] === 'number' ? written['maxLength'] : undefined,
    constant: textOf(written['const']),
    preset: written['default'],
    total: parseTotal(written['total'], path, report),
    column: textOf(written['column']) ?? name,
  };
}

function parseType(written: Mapping, path: Path, report: Report): FieldType {
  const kind = textOf(written['type']) ?? (written['total'] === undefined ? 'string' : 'integer');
  switch (kind) {
    case 'integer':
    case 'decimal': {
      const form = FORMS[textOf(written['form']) ?? 'text'] ?? 'text';
      const scale = typeof written['scale'] === 'number' ? written['scale'] : undefined;
      if (kind === 'integer' && scale !== undefined) report([...path, 'scale'], 'Only a decimal has a `scale`');
      if (form !== 'text' && typeof written['length'] !== 'number')
        report([...path, 'form'], `A ${form} field needs a \`length\``);
      return {
        kind,
        form,
        scale: form !== 'text' && kind === 'decimal' ? (scale ?? 0) : scale,
        sign: signOf(written['sign']),
      };
    }
    case 'boolean': {
      const [yes = 'Y', no = 'N'] = Array.isArray(written['values']) ? written['values'].map(String) : [];
      return { kind, yes, no };
    }
    case 'date':
    case 'time':
    case 'date-time': {
      const pattern = textOf(written['pattern']) ?? PATTERNS[kind];
      const missing = lacking(pattern, kind);
      if (missing) report([...path, 'pattern'], `The pattern ${pattern} of a ${kind} lacks ${missing}`);
      return { kind, pattern };
    }
    default:
      return { kind: 'string' };
  }
}

const PATTERNS = { date: 'yyyyMMdd', time: 'HHmmss', 'date-time': 'yyyyMMddHHmmss' } as const;

const signOf = (sign: unknown): Sign => (sign === 'trailing' || sign === 'none' ? sign : 'leading');

/** `{ count: detail }`, `{ sum: detail.amount }`, `{ hash: detail.account, digits: 10 }`, with `where: { code: ["22"] }`. */
function parseTotal(written: unknown, path: Path, report: Report): Total | undefined {
  if (written === undefined) return undefined;
  const total = mappingOf(written);
  const where = new Map(
    Object.entries(mappingOf(total['where'])).map(([field, values]) => [
      field,
      (Array.isArray(values) ? values : [values]).map(String),
    ]),
  );
  const digits = typeof total['digits'] === 'number' ? total['digits'] : undefined;
  if (total['count'] !== undefined) {
    const names = Array.isArray(total['count']) ? total['count'].map(String) : [String(total['count'])];
    return { of: 'count', records: names.includes('all') ? [] : names, field: '', digits, where };
  }
  const of = total['hash'] === undefined ? 'sum' : 'hash';
  const paths = total[of];
  const all = (Array.isArray(paths) ? paths : [paths]).map((one) => String(one).split('.'));
  const fields = new Set(all.map((steps) => steps[1] ?? ''));
  if (fields.size !== 1 || fields.has('')) {
    report(
      [...path, 'total'],
      'A total counts or sums, as in `{ count: detail }` or `{ sum: detail.amount }`; several records share the field’s name',
    );
  }
  return { of, records: all.map((steps) => steps[0]!), field: [...fields][0] ?? '', digits, where };
}
