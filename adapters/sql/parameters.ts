/** Statements with named parameters, `:name` or `:a.b`, as the databases want them: numbered. */

export interface Parameterised {
  readonly text: string;
  /** The names in the order of their numbers, each once. */
  readonly names: readonly string[];
}

/** What is no parameter: quoted texts and names, dollar-quoted bodies, comments, casts. */
const PARTS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|::|:([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)/g;

export function parameterised(statement: string, mark: (index: number) => string): Parameterised {
  const names: string[] = [];
  const text = statement.replace(PARTS, (whole, _tag: string | undefined, name: string | undefined) => {
    if (name === undefined) return whole;
    if (!names.includes(name)) names.push(name);
    return mark(names.indexOf(name) + 1);
  });
  return { text, names };
}

/** The value at a path such as `a.b`; null where there is none. */
export function valueAt(value: unknown, name: string): unknown {
  let found: unknown = value;
  for (const part of name.split('.')) {
    const holder = found as Readonly<Record<string, unknown>> | null | undefined;
    found = typeof holder === 'object' && holder !== null && Object.hasOwn(holder, part) ? holder[part] : undefined;
  }
  return found ?? null;
}
