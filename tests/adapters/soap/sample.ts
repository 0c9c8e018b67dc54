/** A document of a message type, made from its schema alone: as full as its schema takes, else as empty as it may be. */
import type { CompiledSchema, LogicalType } from '../../../runtime/contracts/schema.ts';
import { isBusError } from '../../../runtime/errors/as-bus-error.ts';

export interface Sample {
  readonly document: unknown;
  readonly bytes: Uint8Array;
  /** What the schema has against the best that could be made. */
  readonly problem?: string;
}

/** Throws when the schema can write neither. */
export function sampleOf(schema: CompiledSchema): Sample {
  const tried: (Sample | string)[] = [];
  for (const guess of guesses()) {
    const one = attempt(schema, guess);
    if (typeof one !== 'string' && one.problem === undefined) return one;
    tried.push(one);
  }
  const some = tried.slice(0, USUAL).findLast((one) => typeof one !== 'string');
  if (typeof some === 'object') return some;
  throw new Error(`${schema.root} cannot be written: ${tried[2]}`);
}

/** Words that no date is, then those that patterns of dates and identifiers take. */
const TEXTS = ['Größe & <x>', '31/01/2026', '0e984725-c51c-4bf4-9960-e1c80e27aba0'];
const DEPTHS = [3, 1, 0];
/** Of fields that may all be absent one alone, since one of a choice, or of those that stand for an abstract element, must be there. */
const ALONE = [0, 1, 2];
/** How many guesses are made with the first text. */
const USUAL = 2 * (DEPTHS.length + ALONE.length);

function* guesses(): Generator<Guess> {
  for (const text of TEXTS) {
    for (const anything of [undefined, null]) {
      for (const depth of DEPTHS) yield { depth, anything, text };
      for (const alone of ALONE) yield { depth: -1, alone, anything, text };
    }
  }
}

function attempt(schema: CompiledSchema, guess: Guess): Sample | string {
  const document = placeFor(schema.document, guess, 0) ?? {};
  try {
    const bytes = schema.write(document);
    const [first] = schema.validate(document, bytes);
    return { document, bytes, ...(first ? { problem: `${first.path} ${first.message}` } : {}) };
  } catch (thrown) {
    if (isBusError(thrown)) return thrown.message;
    throw thrown;
  }
}

const DEEPEST = 12;

interface Guess {
  readonly depth: number;
  /** Which of the fields that may be absent. */
  readonly alone?: number;
  readonly text: string;
  /** What stands where the schema says nothing. */
  readonly anything: null | undefined;
}

/** Optional fields down to `depth`; undefined for a place that cannot be filled. */
function placeFor(type: LogicalType, guess: Guess, level: number): unknown {
  switch (type.kind) {
    case 'string':
      return textOf(type, guess);
    case 'integer':
    case 'number':
      return 1;
    case 'decimal':
      return '1';
    case 'boolean':
      return true;
    case 'any':
      return guess.anything;
    case 'null':
      return null;
    case 'list': {
      const item = level > DEEPEST ? undefined : placeFor(type.of, guess, level + 1);
      return item === undefined || item === null ? [] : guess.depth > level ? [item, item] : [item];
    }
    case 'object': {
      if (level > DEEPEST) return null;
      const all = [...type.fields()].filter(([name]) => !name.startsWith('xsi:'));
      const alone = guess.alone === undefined ? undefined : all[guess.alone]?.[0];
      const fields = all.filter(([name, { required }]) => required || level < guess.depth || name === alone);
      const values = fields.map(([name, field]) => [name, placeFor(field.type, guess, level + 1)] as const);
      return Object.fromEntries(values.filter(([, value]) => value !== undefined));
    }
  }
}

function textOf({ format, values, maxLength }: Extract<LogicalType, { kind: 'string' }>, { text }: Guess): string {
  if (values) return values[0]!;
  if (format === 'date') return '2026-01-31';
  if (format === 'date-time') return '2026-01-31T10:00:00Z';
  if (format === 'time') return '10:00:00Z';
  return text.slice(0, maxLength);
}
