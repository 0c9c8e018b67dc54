/** A document of a type with everything in it, as a message of it would hold. */
import type { LogicalType } from '../../runtime/contracts/schema.ts';

const DEEPEST = 6;
const TEXTS = { date: '2026-01-31', 'date-time': '2026-01-31T10:20:30Z', time: '10:20:30' } as const;

export function sampleOf(type: LogicalType, depth = 0): unknown {
  switch (type.kind) {
    case 'string':
      return type.values?.[0] ?? (type.format ? TEXTS[type.format] : 'AB1'.slice(0, type.maxLength));
    case 'integer':
    case 'number':
      return 1;
    case 'decimal':
      return '1';
    case 'boolean':
      return true;
    case 'any':
    case 'null':
      return null;
    case 'list':
      return depth > DEEPEST ? [] : [sampleOf(type.of, depth + 1), sampleOf(type.of, depth + 1)];
    case 'object':
      return Object.fromEntries(
        [...type.fields()]
          .filter(([, { required }]) => required || depth < DEEPEST)
          .map(([name, field]) => [name, sampleOf(field.type, depth + 1)]),
      );
  }
}
