/** Where a field of that name stands among the names of an expression, however deep. */
import type { LogicalType } from '../contracts/schema.ts';
import type { Checking } from './typed.ts';

const DEEPEST = 4;

/** The shortest path whose last name it is, such as `report.location.usrn`; undefined where there is none. */
export function suggestField(name: string, { variables }: Checking): string | undefined {
  let level = [...variables].map(([path, { type }]): readonly [string, LogicalType] => [path, type]);
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const below = level.flatMap(([path, type]) => fieldsOf(path, type));
    const found = below.find(([path]) => path.slice(path.lastIndexOf('.') + 1).toLowerCase() === name.toLowerCase());
    if (found) return found[0];
    level = below;
  }
  return undefined;
}

const fieldsOf = (path: string, type: LogicalType) =>
  type.kind === 'object' ? [...type.fields()].map(([name, field]) => [`${path}.${name}`, field.type] as const) : [];
