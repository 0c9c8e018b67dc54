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
    text: 'Map {map} failed at {at}, {place}: {reason}.',
    help: 'Compare the message with the map at that place, mend one of them, then resume the message.',
  },
  XSLT_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'Mend the stylesheet at that place; docs/xslt.md tells what it may hold.',
  },
  XSLT_FILE_UNKNOWN: {
    kind: 'config',
    text: 'There is no file {file}.',
    help: 'Put the file there, or write its name as a path from the file that names it.',
  },
  XSLT_REFUSED: {
    kind: 'config',
    text: '{reason}.',
    help: 'Stylesheets read files of mappings/ and nothing else, and give the same for the same message.',
  },
  XSLT_SCRIPT: {
    kind: 'config',
    text: '{reason}; scripts of a stylesheet are not run.',
    help: 'Write it as XPath, as a template or as func:function; docs/xslt.md tells what stands for the functions of BizTalk functoids.',
  },
  XSLT_NO_XML: {
    kind: 'config',
    text: 'A stylesheet reads and makes XML, and {type} is {format} without an XML form.',
    help: 'Name a message type in XML or a flat file whose schema is an XSD, or use `fields` in place of `xslt`.',
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
