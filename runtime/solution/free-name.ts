/** A name like one that is taken, for suggesting it. */

/** `crews-2`, or the next number that none of `taken` bears. */
export function freeName(name: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  let number = 2;
  while (names.has(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}
