/** Error codes of pipelines and their components. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const pipelineErrors = {
  PIPELINE_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'A pipeline file says `pipeline: <name>` and `steps:`, a list of component names or `<component>: {options}`.',
  },
  COMPONENT_UNKNOWN: {
    kind: 'config',
    text: 'There is no pipeline component {name}.',
    help: 'Use one of {known}.',
  },
  COMPONENT_OPTIONS: {
    kind: 'config',
    text: 'The options of {name} are wrong: {reason}.',
    help: 'See the options of the component in the reference.',
  },
  COMPONENT_BUG: {
    kind: 'bug',
    text: 'The pipeline component {name} failed in a way that it should not: {reason}.',
    help: 'Report it with the log and the message.',
  },
  PGP_KEY: {
    kind: 'config',
    text: 'The secret {name} is no OpenPGP key that can be used: {reason}.',
    help: 'Put the armoured key there, with its passphrase in a secret of its own.',
  },
  SMIME_KEY: {
    kind: 'config',
    text: 'The secret {name} holds no {what} that can be used: {reason}.',
    help: 'Put it there in PEM, a private key with its passphrase in a secret of its own.',
  },
  PIPELINE_STOPPED: {
    kind: 'transient',
    text: 'The pipeline {name} was stopped.',
    help: 'The message is taken up again from its beginning.',
  },
  MESSAGE_TYPE_UNDECIDED: {
    kind: 'message',
    text: 'Nothing says of which type a {format} message is that comes here.',
    help: 'Set `message: <type>` on the location (or `response:` on the port), with a type of format {format}.',
  },
  MESSAGE_TYPE_UNMATCHED: {
    kind: 'message',
    text: 'The message fits none of the types expected here: {reasons}.',
    help: 'Have the sender mend the message, or add its type to `message` of the location.',
  },
  XML_ROOT_UNRECOGNISED: {
    kind: 'message',
    text: 'No message type has the root element {root}{near}.',
    help: 'Declare a message type for it in schemas/, or name it in `message` of the location; namespaces count by their URI.',
  },
  XML_ROOT_AMBIGUOUS: {
    kind: 'message',
    text: 'Several message types have the root element {root}: {types}.',
    help: 'Set `message: <type>` on the location to say which one comes here.',
  },
  PACKING_BROKEN: {
    kind: 'message',
    text: 'The body is not sound {format}: {reason}.',
    help: 'Have the sender send it again; what arrived is kept as it is.',
  },
  UNPACKED_TOO_LARGE: {
    kind: 'message',
    text: 'The {format} unpacks to more than {limit} bytes.',
    help: 'Raise the limit of the component if such files are expected; else this may be an attack.',
  },
  INTERCHANGE_UNMATCHED: {
    kind: 'message',
    text: 'The interchange has no {path}: {found}.',
    help: 'Let `records` of the component say where the records are; names are those of elements or keys, from the root.',
  },
  INTERCHANGE_SYNTAX: {
    kind: 'message',
    text: 'The interchange cannot be read behind record {record}: {reason}.',
    help: 'The file was probably cut off or altered: have the sender send it again. The records before are published already, unless `recoverable` is false.',
  },
  RECORD_TOO_LONG: {
    kind: 'message',
    text: 'Record {record} is longer than {limit} characters.',
    help: 'A record must fit into memory. Where the file has no records at all, pass it through as it is.',
  },
  SCHEMA_VIOLATION: {
    kind: 'message',
    text: 'The message breaks its schema {type} in {count} places: {violations}.',
    help: 'Have the sender mend the message; what arrived is kept as it is.',
  },
  CHARSET_UNKNOWN: {
    kind: 'message',
    text: 'The charset {charset} is not known.',
    help: 'Name a charset of the WHATWG Encoding Standard, such as windows-1252.',
  },
  REDACTION_UNTYPED: {
    kind: 'message',
    text: 'A message without a type came to `redact`, which cannot say what in it is to be taken out.',
    help: 'Put a disassembler before `redact`, or leave it out of pipelines for messages without a type.',
  },
  REDACTION_UNKNOWN: {
    kind: 'message',
    text: 'The schema of {type} has no field {field}, which `redact` is to take out.',
    help: 'Mend `fields` of the pipeline. Nothing passes until then, so that nothing is shown by mistake.',
  },
  ARCHIVE_FAILED: {
    kind: 'transient',
    text: 'A copy of the message could not be written to the archive {folder}: {reason}.',
    help: 'See that the folder exists, has room and may be written to. Nothing goes on unarchived; it is tried again.',
  },
  DEMOTION_UNTYPED: {
    kind: 'message',
    text: 'A message without a type came to `demote`, which cannot say where in it a property is to be written.',
    help: 'Put a disassembler before `demote`, or leave it out of pipelines for messages without a type.',
  },
  DEMOTION_UNKNOWN: {
    kind: 'message',
    text: 'The schema of {type} has no single value {field}, into which `demote` is to write.',
    help: 'Mend `fields` of the pipeline: each names one value of the document, outside of lists.',
  },
  DEMOTION_UNFIT: {
    kind: 'message',
    text: 'The property {property} does not fit the field {field}, a {kind}, into which `demote` is to write it.',
    help: 'Have the sender mend the value, or write another property into the field.',
  },
  PROMOTION_UNTYPED: {
    kind: 'message',
    text: 'A message without a type came to `promote`, which cannot say where its fields are.',
    help: 'Put a disassembler before `promote`, or leave `fields` out of pipelines for messages without a type.',
  },
  PARTY_UNKNOWN: {
    kind: 'message',
    text: 'The message comes from no party that is known: {found} (asked for: {by}).',
    help: 'Add the value to the aliases of a party in config/parties, or give `resolve-party` a `guest`.',
  },
  PARTY_CONTRADICTED: {
    kind: 'message',
    text: 'The message comes from {party} by {by}, and claims by {also} to come from {other}.',
    help: 'Somebody sends in the name of another: ask the sender. If both are one party, let one file in config/parties have both aliases.',
  },
  PARTY_ALIAS_TAKEN: {
    kind: 'config',
    text: 'The value "{value}" of {property} is an alias of the party {other} already.',
    help: 'Leave it with one of the two: a value tells of one party.',
  },
  PARTY_ALIAS_INVALID: {
    kind: 'config',
    text: 'The alias "{value}" cannot be: {reason}.',
    help: 'Write an address, or a network such as 10.2.0.0/16.',
  },
  PARTY_PROPERTY_UNKNOWN: {
    kind: 'config',
    text: 'No party has an alias for the property {name}, by which `resolve-party` is to tell parties.',
    help: 'Give a party in config/parties an alias under that name, or take another property.',
  },
  PIPELINE_FIELD_UNKNOWN: {
    kind: 'config',
    text: '`{component}` names {field}, which is no {what} of {types}.',
    help: 'Name it as the schema does, with dots between; or take another pipeline for messages of that type.',
  },
  IDEMPOTENCY_KEY_INCOMPLETE: {
    kind: 'message',
    text: 'The message has no property {property}, of which `idempotency-key` makes its key.',
    help: 'Let its message type promote the property, or make the key of another.',
  },
} as const satisfies Record<string, CatalogEntry>;
