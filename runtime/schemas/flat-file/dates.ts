/** Dates and times of flat files by a pattern of yyyy yy MM dd DDD (day of the year) HH mm ss SSS and plain characters. */

interface Token {
  readonly kind: string;
  readonly length: number;
}

const TOKENS = /yyyy|yy|MM|DDD|dd|HH|mm|ss|SSS/g;
const NUMBERS = new Set(['yyyy', 'yy', 'MM', 'DDD', 'dd', 'HH', 'mm', 'ss', 'SSS']);

/** Years of two digits below this are of this century. */
const CENTURY_TURNS = 70;

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (const { 0: kind, index } of pattern.matchAll(TOKENS)) {
    if (index > from) tokens.push({ kind: pattern.slice(from, index), length: index - from });
    tokens.push({ kind, length: kind.length });
    from = index + kind.length;
  }
  if (from < pattern.length) tokens.push({ kind: pattern.slice(from), length: pattern.length - from });
  return tokens;
}

type Kind = 'date' | 'time' | 'date-time';

/** What a pattern lacks for its kind, in words; undefined of one that suffices. */
export function lacking(pattern: string, kind: Kind): string | undefined {
  const kinds = new Set(tokensOf(pattern).map((token) => token.kind));
  const year = kinds.has('yyyy') || kinds.has('yy');
  const day = kinds.has('DDD') || (kinds.has('MM') && kinds.has('dd'));
  if (kind !== 'time' && !(year && day)) return 'a year, and a month with a day or a day of the year';
  return kind !== 'date' && !(kinds.has('HH') && kinds.has('mm')) ? 'hours and minutes' : undefined;
}

/** ISO 8601 of a text in the pattern; undefined of what does not fit or is no date. */
export function readPattern(text: string, pattern: string, kind: Kind): string | undefined {
  const found = new Map<string, number>();
  let from = 0;
  for (const token of tokensOf(pattern)) {
    const part = text.slice(from, from + token.length);
    from += token.length;
    if (!NUMBERS.has(token.kind)) {
      if (part !== token.kind) return undefined;
    } else if (/^\d+$/.test(part) && part.length === token.length) found.set(token.kind, Number(part));
    else return undefined;
  }
  return from === text.length ? iso(found, kind) : undefined;
}

function iso(found: ReadonlyMap<string, number>, kind: Kind): string | undefined {
  const date = kind === 'time' ? '' : dateOf(found);
  const time = kind === 'date' ? '' : timeOf(found);
  if (date === undefined || time === undefined) return undefined;
  return kind === 'date-time' ? `${date}T${time}` : date + time;
}

function dateOf(found: ReadonlyMap<string, number>): string | undefined {
  const short = found.get('yy');
  const year = found.get('yyyy') ?? (short! < CENTURY_TURNS ? 2000 : 1900) + short!;
  const ordinal = found.get('DDD');
  const [month, day] = ordinal === undefined ? [found.get('MM')!, found.get('dd')!] : [1, ordinal];
  const made = new Date(0);
  made.setUTCFullYear(year, month - 1, day);
  const stands = made.getUTCFullYear() === year && (ordinal !== undefined || made.getUTCDate() === day) && day > 0;
  return stands && year > 0 ? made.toISOString().slice(0, 10) : undefined;
}

function timeOf(found: ReadonlyMap<string, number>): string | undefined {
  const [hours, minutes, seconds = 0, millis] = ['HH', 'mm', 'ss', 'SSS'].map((kind) => found.get(kind));
  if (hours! > 23 || minutes! > 59 || seconds > 59) return undefined;
  const two = (value: number) => String(value).padStart(2, '0');
  const part = millis === undefined ? '' : `.${String(millis).padStart(3, '0')}`;
  return `${two(hours!)}:${two(minutes!)}:${two(seconds)}${part}`;
}

const ISO = /^(?:(\d{4})-(\d\d)-(\d\d))?T?(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** The ISO text in the pattern, as it reads: a time zone is not converted. Undefined of what is no date or time of the kind. */
export function writePattern(text: string, pattern: string, kind: Kind): string | undefined {
  const found = ISO.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hours = kind === 'date' ? '00' : undefined, minutes = '00', seconds = '00', part = ''] =
    found;
  if ((kind !== 'time' && year === undefined) || hours === undefined) return undefined;
  const values: Record<string, string> = { HH: hours, mm: minutes, ss: seconds, SSS: part.slice(0, 3).padEnd(3, '0') };
  if (year !== undefined) {
    const ordinal =
      (Date.UTC(Number(year), Number(month) - 1, Number(day)) - Date.UTC(Number(year), 0, 1)) / 86_400_000 + 1;
    Object.assign(values, { yyyy: year, yy: year.slice(2), MM: month, dd: day, DDD: String(ordinal).padStart(3, '0') });
  }
  return tokensOf(pattern)
    .map(({ kind: token }) => (NUMBERS.has(token) ? values[token] : token))
    .join('');
}
