/** Which names of its scope an expression needs. */

/** The names of the scope that an expression mentions; a name after a dot is a field, one in quotes a text. */
export function namesIn(text: string, scope: Iterable<string>): string[] {
  const code = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  const mentioned = new Set(code.match(/(?<![\w.])[A-Za-z_]\w*/g));
  return [...scope].filter((name) => mentioned.has(name));
}
