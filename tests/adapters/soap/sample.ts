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
  const tried = [undefined, null].flatMap((anything) =>
    [3, 1, 0, FIRST_ONLY].map((depth) => attempt(schema, { depth, anything })),
  );
  const right = tried.find((one) => typeof one !== 'string' && one.problem === undefined);
  const some = right ?? tried.findLast((one) => typeof one !== 'string');
  if (typeof some === 'object') return some;
  throw new Error(`${schema.root} cannot be written: ${tried[2]}`);
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
/** Of fields that may all be absent the first, since one of a choice must be there. */
const FIRST_ONLY = -1;

interface Guess {
  readonly depth: number;
  /** What stands where the schema says nothing. */
  readonly anything: null | undefined;
}

/** Optional fields down to `depth`; undefined for a place that cannot be filled. */
function placeFor(type: LogicalType, guess: Guess, level: number): unknown {
  switch (type.kind) {
    case 'string':
      return textOf(type);
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
      const [first] = type.fields().keys();
      const fields = [...type.fields()].filter(
        ([name, { required }]) =>
          !name.startsWith('xsi:') &&
          (required || level < guess.depth || (guess.depth === FIRST_ONLY && name === first)),
      );
      const values = fields.map(([name, field]) => [name, placeFor(field.type, guess, level + 1)] as const);
      return Object.fromEntries(values.filter(([, value]) => value !== undefined));
    }
  }
}

function textOf({ format, values, maxLength }: Extract<LogicalType, { kind: 'string' }>): string {
  if (values) return values[0]!;
  if (format === 'date') return '2026-01-31';
  if (format === 'date-time') return '2026-01-31T10:00:00Z';
  if (format === 'time') return '10:00:00Z';
  return 'Größe & <x>'.slice(0, maxLength);
}
