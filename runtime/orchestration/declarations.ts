/** The head of an orchestration's file: its messages, variables, correlation sets and late policy. */
import type { Calendar, Calendars } from '../contracts/calendar.ts';
import type { LatePolicy } from '../contracts/orchestration.ts';
import type { LogicalType, SchemaSet } from '../contracts/schema.ts';
import type { Path } from '../contracts/source.ts';
import { isPlain, type Plain } from './plain.ts';
import type { Reader } from './reader.ts';
import { namePattern, orchestrationSchema, variableKinds } from './schema.ts';

export interface Declarations {
  readonly name: string;
  readonly messages: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, LogicalType>;
  readonly correlations: ReadonlyMap<string, readonly string[]>;
  readonly late: LatePolicy;
  readonly calendar: Calendar | undefined;
  readonly body: unknown;
}

/** Names that expressions need for something else. */
const RESERVED = ['error', 'true', 'false', 'null', 'in'];

export function readDeclarations(
  value: unknown,
  reader: Reader,
  schemas: SchemaSet,
  calendars: Calendars,
): Declarations {
  const written = reader.mapping(value, [], orchestrationSchema, 'an orchestration') ?? {};
  const messages = readMessages(written, reader, schemas);
  const variables = readVariables(written, reader);
  for (const name of variables.keys()) {
    if (messages.has(name)) invalidName(reader, ['variables', name], 'variable', 'a message has it already');
  }
  const named = written['orchestration'];
  return {
    name: (named === undefined ? undefined : reader.text(named, ['orchestration'])) ?? '',
    messages,
    variables,
    correlations: readCorrelations(written, reader, schemas),
    late: readLate(written['late'], reader),
    calendar: readCalendar(written['calendar'], reader, calendars),
    body: written['body'],
  };
}

function readMessages(written: Plain, reader: Reader, schemas: SchemaSet): Map<string, string> {
  return new Map(
    entries(written, 'messages', reader).flatMap(([name, value, path]): [string, string][] => {
      checkName(reader, path, 'message', name);
      const type = reader.text(value, path);
      if (type === undefined) return [[name, '']];
      if (!schemas.find(type))
        reader.report('UNKNOWN_MESSAGE', path, { name: type }, { unknown: { name: type, known: schemas.types } });
      return [[name, type]];
    }),
  );
}

function readVariables(written: Plain, reader: Reader): Map<string, LogicalType> {
  return new Map(
    entries(written, 'variables', reader).map(([name, value, path]): [string, LogicalType] => {
      checkName(reader, path, 'variable', name);
      const kind = variableKinds.find((each) => each === value);
      if (!kind) {
        const values = {
          found: `"${String(value)}"`,
          where: `"${name}"`,
          expected: `one of: ${variableKinds.join(', ')}`,
        };
        reader.report('NOT_ALLOWED', path, values, { unknown: { name: String(value), known: variableKinds } });
      }
      return [name, { kind: kind ?? 'any' }];
    }),
  );
}

function readCorrelations(written: Plain, reader: Reader, schemas: SchemaSet): Map<string, readonly string[]> {
  const known = [...schemas.properties.keys()];
  return new Map(
    entries(written, 'correlations', reader).map(([name, value, path]): [string, readonly string[]] => {
      const properties = reader.texts(value, path);
      for (const property of properties.filter((each) => !schemas.properties.has(each.name))) {
        const values = { name: property.name };
        reader.report('CORRELATION_UNKNOWN_PROPERTY', property.path, values, {
          unknown: { name: property.name, known },
        });
      }
      return [name, properties.map((property) => property.name)];
    }),
  );
}

/** The only one of the solution where none is named. */
function readCalendar(value: unknown, reader: Reader, calendars: Calendars): Calendar | undefined {
  if (value === undefined) return calendars.size === 1 ? calendars.values().next().value : undefined;
  const name = reader.text(value, ['calendar']);
  if (name === undefined) return undefined;
  const found = calendars.get(name);
  if (!found) reader.report('UNKNOWN_CALENDAR', ['calendar'], { name }, { unknown: { name, known: calendars.keys() } });
  return found;
}

function readLate(value: unknown, reader: Reader): LatePolicy {
  if (value === undefined || value === 'park' || value === 'new' || value === 'fail') return value ?? 'park';
  const known = ['park', 'new', 'fail'];
  const values = { found: `"${String(value)}"`, where: '"late"', expected: 'one of: park, new, fail' };
  reader.report('NOT_ALLOWED', ['late'], values, { unknown: { name: String(value), known } });
  return 'park';
}

function entries(written: Plain, key: string, reader: Reader): [string, unknown, Path][] {
  const value = written[key];
  if (value === undefined || value === null) return [];
  if (isPlain(value)) return Object.entries(value).map(([name, item]) => [name, item, [key, name]]);
  reader.mapping(value, [key], { properties: {} }, key);
  return [];
}

function checkName(reader: Reader, path: Path, what: string, name: string): void {
  const problem = nameProblem(name);
  if (problem !== undefined) invalidName(reader, path, what, problem);
}

/** Why expressions could not use a name. */
export function nameProblem(name: string): string | undefined {
  if (RESERVED.includes(name)) return 'expressions mean something else by it';
  return new RegExp(namePattern).test(name) ? undefined : 'expressions could not use it';
}

function invalidName(reader: Reader, path: Path, what: string, reason: string): void {
  reader.report('NAME_INVALID', path, { name: String(path.at(-1)), what, reason }, { part: 'key' });
}
