/** Reads plain values whose shape is not known, without trusting them. */
export type Plain = Readonly<Record<string, unknown>>;

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own field; undefined where there is none, whatever the prototype has. */
export function fieldOf(value: unknown, name: string): unknown {
  return isPlain(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A copy with another value at the path; objects on the way are copied, missing ones made. */
export function withValueAt(target: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  return { ...(isPlain(target) ? target : {}), [first]: withValueAt(fieldOf(target, first), rest, value) };
}
