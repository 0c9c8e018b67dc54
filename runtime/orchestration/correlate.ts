/**
 * Correlation sets at run time. A set is initialised once: again with the same values changes nothing, with others it is an
 * error. What goes out under a followed set must carry its values.
 */
import type { Scalar } from '../contracts/message.ts';
import { busError } from '../errors/bus-error.ts';
import type { Run } from './run.ts';
import type { Reference } from './state.ts';

/** The values of a set's properties in a message. Throws CORRELATION_VALUE_MISSING. */
export function valuesOf(run: Run, set: string, message: Reference): Record<string, Scalar> {
  const properties = run.program.correlations.get(set)!.properties;
  const promoted = run.program.schemas.get(message.type)?.promote(run.documents.get(message.id));
  return Object.fromEntries(
    properties.map((property) => {
      const value = promoted?.get(property)?.value;
      if (value === undefined) throw busError('CORRELATION_VALUE_MISSING', { message: message.type, property, set });
      return [property, value];
    }),
  );
}

/** Whether the message has a value of every property of the set. */
export function carriesAll(run: Run, set: string, message: Reference): boolean {
  const promoted = run.program.schemas.get(message.type)?.promote(run.documents.get(message.id));
  return run.program.correlations.get(set)!.properties.every((property) => promoted?.get(property) !== undefined);
}

export type Initialised = Readonly<Record<string, Record<string, Scalar>>>;

/** What initialising the sets from a message would give. Throws where a value is missing or a set has other values. */
export function readSets(run: Run, sets: readonly string[], message: Reference): Initialised {
  return Object.fromEntries(
    sets.map((set) => {
      const values = valuesOf(run, set, message);
      const known = run.state.correlations[set];
      if (known && !sameValues(known, values)) throw busError('CORRELATION_REINITIALISED', { set });
      return [set, values];
    }),
  );
}

export function initialise(run: Run, sets: Initialised): void {
  Object.assign(run.state.correlations, sets);
}

/**
 * A set that takes its values from a logical message takes them also when a shape makes that message itself, as a handler
 * does that repairs a failed request.
 */
export function initialiseFrom(run: Run, name: string, message: Reference): void {
  const sets = [...run.program.correlations].filter(
    ([set, { sources }]) => sources.has(name) && !run.state.correlations[set] && carriesAll(run, set, message),
  );
  const names = sets.map(([set]) => set);
  initialise(run, readSets(run, names, message));
}

/** The values of the sets; every message that follows them has these. Throws CORRELATION_MISSING. */
export function correlated(run: Run, sets: readonly string[]): Record<string, Scalar> {
  const values = sets.map((name) => {
    const set = run.state.correlations[name];
    if (!set) throw busError('CORRELATION_MISSING', { name });
    return set;
  });
  return Object.assign({}, ...values) as Record<string, Scalar>;
}

/** Throws CORRELATION_MISMATCH where a message that goes out does not carry the values of the sets that it follows. */
export function checkFollows(run: Run, sets: readonly string[], message: Reference): void {
  for (const set of sets) {
    const expected = correlated(run, [set]);
    const found = valuesOf(run, set, message);
    const wrong = Object.keys(expected).find((property) => found[property] !== expected[property]);
    if (wrong === undefined) continue;
    const values = { property: wrong, message: message.type, found: String(found[wrong]) };
    throw busError('CORRELATION_MISMATCH', { ...values, expected: String(expected[wrong]) });
  }
}

const sameValues = (a: Readonly<Record<string, Scalar>>, b: Readonly<Record<string, Scalar>>) =>
  Object.keys(b).every((property) => a[property] === b[property]);
