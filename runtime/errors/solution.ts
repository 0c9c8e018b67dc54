/** Error codes of loading, checking and binding a solution. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const solutionErrors = {
  SOLUTION_NOT_FOUND: {
    kind: 'config',
    text: '{folder} is not a solution: {reason}.',
    help: 'Name the folder that holds config/, orchestrations/, schemas/ and mappings/.',
  },
  EXTENSION_INVALID: {
    kind: 'config',
    text: 'The extension {name} cannot be used: {reason}.',
    help: 'Name a folder or file of the solution as ./extensions/mine, or an installed package, that exports `adapters` or `components`.',
  },
  SOLUTION_UNREADABLE: {
    kind: 'config',
    text: '{path} cannot be read: {reason}.',
    help: 'Check that the file exists and that you may read it.',
  },
  SOLUTION_TOO_LARGE: {
    kind: 'config',
    text: '{path} is larger than {limit} bytes.',
    help: 'Keep data out of the solution folder; it is for definitions.',
  },
  SOLUTION_LINK_OUTSIDE: {
    kind: 'config',
    text: '{path} is a link that leads out of the solution folder.',
    help: 'Copy what it points to into the solution, so that the solution is whole by itself.',
  },
  SOLUTION_INVALID: {
    kind: 'config',
    text: 'The solution has {count} errors; the first: {first}.',
    help: 'Run "guildhall check" and mend them.',
  },
  YAML_SYNTAX: {
    kind: 'config',
    text: '{reason}.',
    help: 'Mend the YAML here; indentation counts, and every bracket and quote needs its partner.',
  },
  YAML_INDENTATION: {
    kind: 'config',
    text: 'The line is indented by {found} characters where {expected} spaces would fit.',
    help: 'Indent the line by {expected} spaces, as its neighbours are; tabs do not count as indentation.',
  },
  DUPLICATE_KEY: {
    kind: 'config',
    text: 'The key "{key}" stands here for the second time; it first stands at {first}.',
    help: 'Rename one of the two, or remove the one that is not meant.',
  },
  DUPLICATE_NAME: {
    kind: 'config',
    text: 'The {what} "{name}" is defined here and at {first}.',
    help: 'Rename one of the two: no {what} may bear the name of another.',
  },
  UNKNOWN_KEY: {
    kind: 'config',
    text: '"{key}" is not a key of {where}.',
    help: 'Use one of: {known}.',
  },
  MISPLACED_KEY: {
    kind: 'config',
    text: '"{key}" does not belong in {where}, but {direction}, in {right}.',
    help: 'Mend its indentation: it should begin in column {column}.',
  },
  MISSING_KEY: {
    kind: 'config',
    text: '{where} lacks the key "{key}".',
    help: 'Add it: {description}.',
  },
  WRONG_TYPE: {
    kind: 'config',
    text: '{where} should be {expected}, not {found}.',
    help: 'Write {expected} here: {description}.',
  },
  NOT_ALLOWED: {
    kind: 'config',
    text: '{found} is not allowed for {where}.',
    help: 'Write {expected}.',
  },
  OPTION_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: '{advice}.',
  },
  UNKNOWN_FILE: {
    kind: 'config',
    text: '{file} is of no kind that the bus knows, so nothing reads it.',
    help: 'Name it as one of: {known}.',
  },
  MISSING_FILE: {
    kind: 'config',
    text: 'There is no file {path} in the solution.',
    help: 'Put the file there, or name one that exists.',
  },
  UNKNOWN_PIPELINE: {
    kind: 'config',
    text: 'There is no pipeline "{name}".',
    help: 'Use a built-in pipeline, or define it in config/pipelines/{name}.pipeline.yaml.',
  },
  UNKNOWN_MAP: {
    kind: 'config',
    text: 'There is no map "{name}".',
    help: 'Name a map of mappings/, or write mappings/{name}.map.yaml.',
  },
  UNKNOWN_MESSAGE: {
    kind: 'config',
    text: 'There is no message type "{name}".',
    help: 'Name a message type of schemas/, or write schemas/{name}.message.yaml.',
  },
  UNKNOWN_PORT: {
    kind: 'config',
    text: 'There is no {what} "{name}".',
    help: 'Name a {what} of config/applications/, or define it there.',
  },
  UNKNOWN_TRANSPORT: {
    kind: 'config',
    text: 'There is no transport "{name}" that can {direction}.',
    help: 'Use one of: {known}.',
  },
  UNKNOWN_APPLICATION: {
    kind: 'config',
    text: 'There is no application "{name}".',
    help: 'Name an application of config/applications/, or remove it from the host.',
  },
  UNKNOWN_ORCHESTRATION: {
    kind: 'config',
    text: 'There is no orchestration "{name}".',
    help: 'Name an orchestration of orchestrations/, or remove its bindings.',
  },
  UNKNOWN_LOGICAL_PORT: {
    kind: 'config',
    text: 'The orchestration {orchestration} has no port "{name}".',
    help: 'Its ports are: {known}.',
  },
  UNKNOWN_PROPERTY: {
    kind: 'config',
    text: '{where} does not promote a property "{name}".',
    help: 'Add it to `promote` of the message type, or name one that is there.',
  },
  UNKNOWN_RECEIVE_LOCATION: {
    kind: 'config',
    text: 'There is no receive location "{name}".',
    help: 'Write <receive port>/<location>, as config/applications/ has them.',
  },
  UNKNOWN_ENVIRONMENT: {
    kind: 'config',
    text: 'There is no environment "{name}".',
    help: 'Name a file of config/environments/, or write config/environments/{name}.yaml.',
  },
  ROLE_WITHOUT_TASKS: {
    kind: 'config',
    text: '{user} has the role "{role}", of which there are no tasks.',
    help: 'Name a role that a task of an orchestration asks for, or take this one away.',
  },
  TASK_FOR_NOBODY: {
    kind: 'config',
    text: 'Nobody under `admin.users` has the role "{role}": only operators can do this task.',
    help: 'Give the role to somebody in config/bus.yaml, or correct its name.',
  },
  UNBOUND_PORT: {
    kind: 'config',
    text: 'The port "{port}" of orchestration {orchestration} is not bound to any port.',
    help: 'Add `{port}: <port>` under `bindings: {orchestration}:` of an application.',
  },
  UNBOUND_ORCHESTRATION: {
    kind: 'config',
    text: 'The orchestration {orchestration} is not bound in any application, so it can never run.',
    help: 'Add `{orchestration}: { {ports} }` under `bindings` of an application, or remove the file.',
  },
  PORT_DIRECTION: {
    kind: 'config',
    text: 'The port "{port}" of {orchestration} {use}, but {physical} is a {kind} port.',
    help: 'Bind it to a {wanted} port.',
  },
  PORT_IS_GROUP: {
    kind: 'config',
    text: 'The port "{port}" of {orchestration} {use}, but {physical} is a send port group.',
    help: 'Bind it to a {wanted} port; a group only sends, and does not tell how it went.',
  },
  PORT_ONE_WAY: {
    kind: 'config',
    text: 'The port "{port}" of {orchestration} {use}, but {physical} is one-way.',
    help: 'Add `response: <message type>` to {physical}, or bind to a two-way port.',
  },
  PORT_TYPE_MISMATCH: {
    kind: 'config',
    text: 'The port "{port}" of {orchestration} {use} {type}, but {physical} gives {given}.',
    help: 'Bind it to a port of {type}, or add a map or message type to {physical}.',
  },
  GROUP_TAKES_TWICE: {
    kind: 'config',
    text: 'The send port {port} may take a message by its own filter and again as a member of {group}: it would go out twice.',
    help: 'Take the port out of the group, or make one of the two filters narrower.',
  },
  CERTIFICATE_INVALID: {
    kind: 'config',
    text: 'The certificate cannot be used: {reason}.',
    help: 'Give it in PEM form, between its lines BEGIN and END, and its key likewise.',
  },
  CERTIFICATE_EXPIRED: {
    kind: 'config',
    text: 'The certificate of {name} is good from {from} to {until}, not now.',
    help: 'Get a new one, and put it in its place; where both ends must change, name both meanwhile if the option is a list.',
  },
  CERTIFICATE_EXPIRES: {
    kind: 'config',
    text: 'The certificate of {name} is good until {until} only.',
    help: 'Get the next one in time.',
  },
  CERTIFICATE_KEY_UNFIT: {
    kind: 'config',
    text: 'The key is not that of the certificate.',
    help: 'Name the key with which the certificate was asked for.',
  },
  CERTIFICATES_UNASKED: {
    kind: 'config',
    text: 'The location wants certificates of its callers, but the listener asks nobody for one.',
    help: 'Name the authorities that it trusts as `http: { tls: { clients: ... } }` in config/bus.yaml.',
  },
  DEDUPE_WINDOW: {
    kind: 'config',
    text: 'The window {window} is longer than the {keys} for which the bus remembers receipts.',
    help: 'Make it shorter, or `retention.keys` in config/bus.yaml longer.',
  },
  STANDBY_UNFIT: {
    kind: 'config',
    text: 'The location {location} cannot stand by for {primary}.',
    help: 'Name another location of the same port that does not stand by itself.',
  },
  BACKUP_CIRCLE: {
    kind: 'config',
    text: 'The backup ports go in a circle: {circle}.',
    help: 'Let the last of them have no backup.',
  },
  MAP_NOT_USABLE: {
    kind: 'config',
    text: 'The map {name} cannot be used by {port}: {reason}.',
    help: 'Use a map with one source, and only one map for each source.',
  },
  MESSAGE_TYPE_UNSTATED: {
    kind: 'config',
    text: 'Nothing tells which message types come in at {location}.',
    help: 'Add `message: <message type>` to the location, or bind an orchestration to the port.',
  },
  PATH_USED_TWICE: {
    kind: 'config',
    text: 'The HTTP path {path} is used here and at {first}.',
    help: 'Give each location a path of its own, or a method of its own at the same path.',
  },
  CONTRACT_INVALID: {
    kind: 'config',
    text: 'The contract cannot be used here: {reason}.',
    help: 'Mend the contract at this place, or ask whoever wrote it to.',
  },
  CONTRACT_UNSUPPORTED: {
    kind: 'config',
    text: 'The contract has {what}.',
    help: 'Nothing to do where nobody relies on it; everything else is served.',
  },
  OPERATION_UNKNOWN: {
    kind: 'config',
    text: 'The contract has no operation "{name}".',
    help: 'Write the operationId as the contract has it; one without is called by its method and path, as `get /streets`.',
  },
  OPERATION_DUPLICATE: {
    kind: 'config',
    text: 'The operation "{name}" is in the contract twice, {reason}.',
    help: 'Give each operation an operationId, and a method and path, of its own.',
  },
  OPERATION_UNTYPED: {
    kind: 'config',
    text: 'The requests of the operation "{name}" have no message type: there is no "{type}".',
    help: 'Run `guildhall import openapi --serve`, write the type, or name another one as `request` of this operation in `operations`.',
  },
  OPERATION_UNHANDLED: {
    kind: 'config',
    text: 'Nobody takes what comes in by the operation "{name}".',
    help: 'Bind an orchestration that receives it, or add a send port with a filter, such as rest.operation == "<operationId>".',
  },
  OPERATION_UNANSWERED: {
    kind: 'config',
    text: 'The contract promises an answer with content to the operation "{name}", and the port has no `response` {type}.',
    help: 'Add the message type to `response` of the receive port, and let an orchestration answer with it.',
  },
  PARAMETER_UNGIVEN: {
    kind: 'config',
    text: 'The operation "{operation}" demands the parameter {parameter}, and the port does not say where it comes from.',
    help: 'Add it to `parameters` of the port, or let the messages carry the property {property}.',
  },
  AUTH_UNPROVEN: {
    kind: 'config',
    text: 'The contract demands {scheme}, and this port proves nothing of the kind.',
    help: 'Add {advice} to the port.',
  },
  SECURITY_UNMET: {
    kind: 'config',
    text: 'The contract demands {scheme}, and this location asks callers for nothing of the kind.',
    help: 'Add {advice} to the location, or let what stands before the bus see to it.',
  },
  BATCH_UNFIT: {
    kind: 'config',
    text: 'The send port {port} gathers messages into batches, and has `{key}`.',
    help: 'Leave out `{key}` or `batch`: answers, their faults and the order are those of single messages.',
  },
  FAILURE_UNANSWERED: {
    kind: 'config',
    text: 'The send port {port} has answers, and counts a failure as `done`: whoever waits for its answer would get none.',
    help: 'Leave out `done`, and let the orchestration catch the failure by its name; or leave out `response`.',
  },
  ANSWER_UNREAD: {
    kind: 'config',
    text: 'The send port {port} judges its answers by `{key}`, but reads none.',
    help: 'Give it `response`, the message type of its answers.',
  },
  SUBSCRIPTION_UNSATISFIABLE: {
    kind: 'config',
    text: 'No message can ever satisfy this subscription: {reason}.',
    help: 'Name a message type and values that some receive location, orchestration or answer produces.',
  },
  EXPRESSION_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: '{advice}.',
  },
  NOBODY_SUBSCRIBES: {
    kind: 'config',
    text: 'Messages of type {type} come in at {port}, but no orchestration and no filter takes them.',
    help: 'Bind an orchestration to {port}, add a filter to a send port, or leave the type out.',
  },
  CALENDAR_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'Write zone, week, hours and holidays as the section on calendars in docs/solution.md says.',
  },
  LOOKUP_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'A lookup is a CSV file with a header row and two columns: key and value; every key stands once.',
  },
} as const satisfies Record<string, CatalogEntry>;
