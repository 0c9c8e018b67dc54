/** Error codes of maps. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const mapErrors = {
  MAP_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: '{help}.',
  },
  MAP_EXPRESSION: {
    kind: 'config',
    text: '{reason}.',
    help: '{help}.',
  },
  MAP_UNKNOWN_TYPE: {
    kind: 'config',
    text: 'There is no message type {name}.',
    help: 'Name a message type of schemas/*.message.yaml.',
  },
  MAP_UNKNOWN_FIELD: {
    kind: 'config',
    text: '{target} has no field {name}.',
    help: 'Use a field that the schema of {target} has.',
  },
  MAP_MISSING_FIELD: {
    kind: 'config',
    text: 'The required field {name} of {target} is not mapped.',
    help: 'Add the field {name}.',
  },
  MAP_WRONG_TYPE: {
    kind: 'config',
    text: '{name} takes {expected}, not {found}.',
    help: '{help}.',
  },
  MAP_FIELD_MAY_BE_ABSENT: {
    kind: 'config',
    text: '{name} is required, but `{expression}` gives nothing where a field that it uses is absent.',
    help: 'Give it a value for that case with coalesce(..., ...).',
  },
  MAP_FAILED: {
    kind: 'message',
    text: 'Map {map} failed at {at}, field {field}: {reason}.',
    help: 'Compare the message with the map at that place, mend one of them, then resume the message.',
  },
  TEST_SUBJECT_UNKNOWN: {
    kind: 'config',
    text: 'There is no {what} {name} to be tested.',
    help: 'See docs/testing.md for what a *.test.yaml says.',
  },
  MAP_TEST_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'Write `test`, `map` and `cases`, each case with `name`, `input` and `expect` or `error`.',
  },
} as const satisfies Record<string, CatalogEntry>;
