/** Error codes of schemas and message types. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const schemaErrors = {
  MESSAGE_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'A message file says `message: <name>` and `schema: <file in schemas/>`, or `format: xml` for XML without a schema.',
  },
  MESSAGE_DUPLICATE: {
    kind: 'config',
    text: 'The message type {name} is declared here and in {other}.',
    help: 'Give each message type a name of its own.',
  },
  SCHEMA_FILE_UNKNOWN: {
    kind: 'config',
    text: 'There is no schema file {file}.',
    help: 'Name a file relative to schemas/, or put the missing file beside the one that names it.',
  },
  SCHEMA_NAMESPACE_UNKNOWN: {
    kind: 'config',
    text: 'No schema here has the namespace {namespace}.',
    help: 'Put the schema of that namespace beside the one that refers to it; without it nothing of that namespace is known.',
  },
  SCHEMA_INVALID: {
    kind: 'config',
    text: 'The schema {file} is wrong: {reason}.',
    help: 'Mend the schema; the standard that it follows says what may stand there.',
  },
  SCHEMA_MENDED: {
    kind: 'config',
    text: '{file} has {what}, which XML Schema does not allow; it is {taken}.',
    help: 'Nothing to do where that is what is meant; other tools may refuse the schema, so ask its owner to mend it.',
  },
  SCHEMA_UNSUPPORTED: {
    kind: 'config',
    text: '{what} is not supported.',
    help: 'Say the same by other means of the schema language.',
  },
  SCHEMA_ORDER_LOST: {
    kind: 'config',
    text: 'The order among {names} is kept only in documents that pass unchanged: maps see them grouped by name.',
    help: 'Nothing to do where that order carries no meaning; what a map makes is written in the order of the schema.',
  },
  ROOT_UNKNOWN: {
    kind: 'config',
    text: '{file} has no global element {root}.',
    help: 'Let `root` be the name of a global element, or `{namespace}name` where several namespaces have one.',
  },
  ROOT_MISSING: {
    kind: 'config',
    text: '{file} has {count} global elements, and `root` does not say which one is meant.',
    help: 'Add `root:` with one of {names}.',
  },
  PROMOTE_UNKNOWN_FIELD: {
    kind: 'config',
    text: 'The message type {type} has no field {field}.',
    help: 'Name the path of a field in the document, such as `address.uprn`.',
  },
  PROMOTE_NOT_SCALAR: {
    kind: 'config',
    text: '{field} is {kind}; only a single text, number or boolean can be promoted.',
    help: 'Promote a field that occurs once and has no fields of its own.',
  },
  PROMOTE_CONFLICT: {
    kind: 'config',
    text: 'The property {property} is {kind} here and {other} in {type}.',
    help: 'Give the two properties different names, or their fields the same type.',
  },
  TEXT_NOT_DECODABLE: {
    kind: 'message',
    text: 'The text cannot be decoded as {encoding}.',
    help: 'Have the sender use the encoding that it declares; without a declaration it is UTF-8.',
  },
  JSON_SYNTAX: {
    kind: 'message',
    text: 'Not JSON at {line}:{column}: {reason}.',
    help: 'Have the sender mend the text; nothing of it was used.',
  },
  JSON_NUMBER_INEXACT: {
    kind: 'message',
    text: 'The number {number} at {line}:{column} has more digits than a number can keep.',
    help: 'Send it as text and let the schema say `type: string`; it would have been altered silently.',
  },
  KEY_DUPLICATE: {
    kind: 'message',
    text: 'The value {pointer} stands twice; the second is at {line}:{column}.',
    help: 'Have the sender leave one out: readers differ in which of the two they take.',
  },
  KEY_FORBIDDEN: {
    kind: 'message',
    text: 'The key {key} is not allowed.',
    help: 'Have the sender leave it out; no document of this bus may have it.',
  },
  NESTED_TOO_DEEP: {
    kind: 'message',
    text: 'The message is nested deeper than {limit} levels.',
    help: 'Have the sender flatten it; this looks like an attack or a loop.',
  },
  XML_SYNTAX: {
    kind: 'message',
    text: 'Not well-formed XML at {line}:{column}: {reason}.',
    help: 'Have the sender mend the text; nothing of it was used.',
  },
  XML_DOCTYPE: {
    kind: 'message',
    text: 'The message has a document type declaration (DOCTYPE) at {line}:{column}.',
    help: 'Have the sender leave it out: entities are never expanded, so that nothing outside the message can get in.',
  },
  XML_UNEXPECTED: {
    kind: 'message',
    text: 'Unexpected {what} at {line}:{column} in {parent}; expected {expected}.',
    help: 'Compare the message with the schema of {type}; namespaces count by their URI.',
  },
  XML_REPEATED: {
    kind: 'message',
    text: 'The element {name} at {line}:{column} occurs more than once in {parent}.',
    help: 'Compare the message with the schema of {type}, which allows one.',
  },
  XML_WRONG_ROOT: {
    kind: 'message',
    text: 'The root element is {found}, but a message of type {type} has {expected}.',
    help: 'Send the message to a location that takes it, or name another message type; namespaces count by their URI.',
  },
  CSV_SYNTAX: {
    kind: 'message',
    text: 'Not CSV at record {record}: {reason}.',
    help: 'Have the sender mend the file; look at quotes and delimiters.',
  },
  CSV_COLUMNS: {
    kind: 'message',
    text: 'The columns are not those of {type}: {reason}.',
    help: 'Mend the header, or the `csv` options and the schema of the message type.',
  },
  FLAT_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'See docs/flat-files.md for what a *.flat.yaml says.',
  },
  FLAT_RECORD_UNKNOWN: {
    kind: 'config',
    text: '{file} has no record or group {record}.',
    help: 'Let `record` be the name of a record or group of the layout; leave it out for the whole file.',
  },
  FLAT_SYNTAX: {
    kind: 'message',
    text: 'Record {record} of the {type}, at byte {offset}, {reason}.',
    help: 'Have the sender mend the file, or correct how the *.flat.yaml cuts it into records.',
  },
  FLAT_UNEXPECTED: {
    kind: 'message',
    text: 'Record {record} of the {type}, at byte {offset}, is not expected there: {found}. Expected: {expected}.',
    help: 'Compare the file with the order and the tags of the records in the *.flat.yaml.',
  },
  FLAT_INCOMPLETE: {
    kind: 'message',
    text: 'The {type} ends after record {record}, where {expected} is still missing.',
    help: 'The file was probably cut off: have the sender send it again.',
  },
  FLAT_FIELD: {
    kind: 'message',
    text: 'Record {record} of the {type}, at byte {offset}: {field} {reason}.',
    help: 'Have the sender mend the record, or correct the field in the *.flat.yaml.',
  },
  FLAT_TOTAL: {
    kind: 'message',
    text: 'Record {record} of the {type}, at byte {offset}: {field} says {said}, but it is {counted}.',
    help: 'The file was altered or cut on its way: have the sender send it again.',
  },
  DOCUMENT_NOT_WRITABLE: {
    kind: 'message',
    text: 'A document of type {type} cannot be written: {path} {reason}.',
    help: 'Mend the map or orchestration that made the document.',
  },
} as const satisfies Record<string, CatalogEntry>;
