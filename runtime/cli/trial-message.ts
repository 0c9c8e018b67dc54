/** The message that a send port is tried with: a file, its type and its properties. */
import type { BoundSendPort } from '../contracts/deployment.ts';
import { type Context, type Message, type Property, partOf } from '../contracts/message.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { nearest } from '../errors/nearest.ts';
import { fittingTypes, typedAs } from '../host/fitting-type.ts';

export interface Given {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** `name=value` each. */
  readonly properties: readonly string[];
  readonly type: string | undefined;
}

/** What is wrong with what was given, or the message. Promoted is only what its type promotes. */
export function trialMessage(given: Given, port: BoundSendPort, schemas: SchemaSet): Message | string {
  const context = propertiesIn(given.properties);
  if (typeof context === 'string') return context;
  const { id, bytes, contentType } = given;
  const raw: Message = { id, interchange: id, type: undefined, parts: [partOf(bytes, contentType)], context };
  const chosen = given.type === undefined ? typeFor(bytes, port, schemas) : { type: given.type };
  if (typeof chosen === 'string') return chosen;
  if (chosen.type === undefined) return raw;
  const schema = schemas.find(chosen.type);
  if (!schema) return unknown(chosen.type, schemas);
  try {
    return typedAs(raw, bytes, schema);
  } catch (thrown) {
    if (!isBusError(thrown)) throw thrown;
    return `The file is no ${chosen.type}: ${thrown.message}`;
  }
}

/** Those that the port maps come before the others. */
function typeFor(bytes: Uint8Array, { name, maps }: BoundSendPort, schemas: SchemaSet): { type?: string } | string {
  const fitting = fittingTypes(bytes, schemas);
  const mapped = fitting.filter((type) => maps.has(type));
  const candidates = mapped.length > 0 ? mapped : fitting;
  const [only] = candidates;
  if (candidates.length > 1) return `The file fits ${candidates.join(', ')}: say with --type which it is.`;
  if (only !== undefined) return { type: only };
  if (maps.size === 0) return {};
  return `The file fits no message type, and ${name} maps ${[...maps.keys()].join(', ')}: say with --type what it is, and what is wrong with it is told.`;
}

function propertiesIn(given: readonly string[]): Context | string {
  const context = new Map<string, Property>();
  for (const text of given) {
    const [name = '', ...rest] = text.split('=');
    if (name === '' || rest.length === 0) return `--property ${text} has no value: write name=value.`;
    context.set(name, { value: rest.join('='), promoted: false });
  }
  return context;
}

function unknown(type: string, schemas: SchemaSet): string {
  const near = nearest(type, [...schemas.types]);
  return `There is no message type ${type}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}
