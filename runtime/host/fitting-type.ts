/** The message type of bytes that nobody has told the type of: the one whose schema they keep to. */
import type { Message } from '../contracts/message.ts';
import type { CompiledSchema, SchemaSet } from '../contracts/schema.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { typed } from '../pipelines/typed.ts';

/** All that they fit, in the order of the solution's files. */
export function fittingTypes(bytes: Uint8Array, schemas: SchemaSet): readonly string[] {
  return schemas.types.filter((type) => fits(bytes, schemas.find(type)!));
}

function fits(bytes: Uint8Array, schema: CompiledSchema): boolean {
  try {
    return schema.validate(schema.read(bytes), bytes).length === 0;
  } catch (thrown) {
    if (isBusError(thrown) && thrown.kind === 'message') return false;
    throw thrown;
  }
}

/** As a disassembler would have it. Throws BusError kind `message` where the bytes cannot be read by the schema. */
export function typedAs(message: Message, bytes: Uint8Array, schema: CompiledSchema): Message {
  return typed(message, schema, schema.read(bytes));
}
