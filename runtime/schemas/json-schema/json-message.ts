/** A message type in JSON: a compiled JSON Schema with the name and the promotions of the type. */
import type { CompiledSchema } from '../../contracts/schema.ts';
import type { Promote } from '../promotion.ts';
import type { JsonSchemaFile } from './compile-json-schema.ts';
import { jsonViolations } from './json-violations.ts';
import { readJson } from './read-json.ts';
import { writeJson } from './write-json.ts';

export function createJsonMessage(type: string, schema: JsonSchemaFile, promote: Promote): CompiledSchema {
  return {
    type,
    format: 'json',
    contentType: 'application/json',
    root: undefined,
    document: schema.document,
    read: readJson,
    write: (document) => writeJson(type, document, schema.document),
    validate(document, bytes) {
      const errors = schema.check(document);
      return errors.length === 0 ? [] : jsonViolations(errors, bytes);
    },
    promote,
  };
}
