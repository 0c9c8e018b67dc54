/** Error codes of orchestrations. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const orchestrationErrors = {
  UNKNOWN_SHAPE: {
    kind: 'config',
    text: '"{name}" is not a shape.',
    help: 'Use one of: {known}.',
  },
  SHAPE_AMBIGUOUS: {
    kind: 'config',
    text: 'A step has exactly one shape; this one has {found}.',
    help: 'Begin each step with its own "- <shape>:".',
  },
  NAME_INVALID: {
    kind: 'config',
    text: 'The {what} cannot be called "{name}": {reason}.',
    help: 'Use letters, digits and _, beginning with a letter, and each name once.',
  },
  UNKNOWN_LOGICAL_MESSAGE: {
    kind: 'config',
    text: 'The orchestration has no message "{name}".',
    help: 'Declare it under `messages:` with its message type, or name one that is there.',
  },
  UNKNOWN_CORRELATION: {
    kind: 'config',
    text: 'The orchestration has no correlation set "{name}".',
    help: 'Declare it under `correlations:` with its properties, or name one that is there.',
  },
  UNKNOWN_SCOPE: {
    kind: 'config',
    text: 'The orchestration has no scope "{name}".',
    help: 'Name a scope of this orchestration, or write `compensate: all`.',
  },
  DUPLICATE_SCOPE: {
    kind: 'config',
    text: 'A scope "{name}" stands here and in line {first}.',
    help: 'Rename one of the two; compensation finds scopes by their names.',
  },
  MAP_TYPE_MISMATCH: {
    kind: 'config',
    text: 'The map {map} {use} {wanted}, but {name} is {found}.',
    help: 'Name messages of the types that the map wants, in the order of its `from`, or use another map.',
  },
  PORT_USE_MIXED: {
    kind: 'config',
    text: 'The port "{port}" makes requests here and receives messages in line {first}.',
    help: 'Use two logical ports: one is bound to a send port, the other to a receive port.',
  },
  NOTIFICATION_OF_ANSWER: {
    kind: 'config',
    text: 'What is sent by "{port}" answers a caller there: nobody tells of its delivery.',
    help: 'Take deliveryNotification away, or send by a port that is bound to a send port.',
  },
  USED_BEFORE_CONSTRUCTION: {
    kind: 'config',
    text: 'The message "{name}" may not exist yet when it is used here.',
    help: 'Receive, transform or assign it first, on every path that leads here.',
  },
  CONVOY_BRANCH: {
    kind: 'config',
    text: 'A branch of the parallel that starts the orchestration does not wait for the same key as the others.',
    help: 'Begin each branch with a receive that has `activate: true` and the same `initialises`.',
  },
  CONVOY_RACE: {
    kind: 'config',
    text: 'A message that this step waits for at {port} starts another instance, too: {sets} is not known from the first message on.',
    help: 'Let the receive that activates initialise the set, or use another port or message type here.',
  },
  UNKNOWN_CALENDAR: {
    kind: 'config',
    text: 'There is no calendar "{name}".',
    help: 'Declare it in config/calendars, or name one that is there.',
  },
  CALENDAR_NEEDED: {
    kind: 'config',
    text: 'Working days need a calendar to be counted by.',
    help: 'Declare one in config/calendars; where there are several, name one under `calendar:` of the orchestration.',
  },
  UNKNOWN_TABLE: {
    kind: 'config',
    text: 'There is no decision table "{name}" that can be used.',
    help: 'Write it as orchestrations/{name}.rules.yaml, or mend it where it has findings.',
  },
  RULES_INTO: {
    kind: 'config',
    text: 'There is no variable "{name}" of type any, which could take what a table says.',
    help: 'Declare it under `variables:` as `{name}: any`.',
  },
  RULES_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'Write inputs, outputs and rules as the section on decision tables in docs/orchestrations.md says.',
  },
  RULES_GAP: {
    kind: 'config',
    text: 'No rule says anything of: {told}.',
    help: 'Add a rule for it, or a `default`; without one, the step fails with NoRule.',
  },
  RULES_OVERLAP: {
    kind: 'config',
    text: 'Rules {one} and {other} both speak of: {told}.',
    help: 'Narrow one of them, or choose another hit policy: `first` or `priority`.',
  },
  RULES_UNREACHABLE: {
    kind: 'config',
    text: 'Rule {rule} never counts: those before it take all that it would.',
    help: 'Remove it, or move it further up.',
  },
  RULES_NO_MATCH: {
    kind: 'message',
    text: 'No rule of {name} fits {values}.',
    help: 'Catch NoRule, or give the table a `default`.',
  },
  RULES_AMBIGUOUS: {
    kind: 'message',
    text: '{count} rules of {name} fit {values}, of which one may.',
    help: 'Narrow the rules, or choose another hit policy.',
  },
  TASK_OVERDUE: {
    kind: 'message',
    text: 'The task "{name}" was not done in time by {role}.',
    help: 'Catch Overdue to remind, to ask somebody else or to go on without.',
  },
  TASK_OPEN: {
    kind: 'message',
    text: '{title}.',
    help: 'A person of the role does it: guildhall tasks, then guildhall done.',
  },
  TASK_NOT_OPEN: {
    kind: 'message',
    text: 'There is no open task {id}.',
    help: 'It was done, or the process went on without it; `guildhall tasks` lists those that are open.',
  },
  CALL_CIRCLE: {
    kind: 'config',
    text: 'These orchestrations start each other in a circle: {circle}.',
    help: 'See that it ends: after 50 in a row the message is suspended with HOP_LIMIT.',
  },
  STARTS_ITSELF: {
    kind: 'config',
    text: 'What {orchestration} sends to {physical} starts it again, whatever is in it.',
    help: 'Let its first receive take by `when` only what comes from outside, or send by another port or message type.',
  },
  NEVER_CALLED: {
    kind: 'config',
    text: 'The orchestration {orchestration} is bound to `called`, but none calls or starts it.',
    help: 'Bind the port to a receive port, call it from another orchestration, or remove the file.',
  },
  REQUEST_UNCAUGHT: {
    kind: 'config',
    text: 'A failure of this request suspends the process: {physical} tries once, has no backup, and no scope of {orchestration} catches it.',
    help: 'Let {physical} retry or name a backup, or put a scope with a `catch` around the request.',
  },
  CALL_TYPE: {
    kind: 'config',
    text: '{name} does not start with a message of type {type}, but of {types}.',
    help: 'Give it a message of one of these types; a transform makes one.',
  },
  CALL_UNANSWERED: {
    kind: 'message',
    text: 'The orchestration {orchestration} ended as {status} without an answer (instance {instance}).',
    help: 'Let it send its answer by the port that it is started at, on every way to its end.',
  },
  REQUEST_TERMINATED: {
    kind: 'message',
    text: 'An operator ended the request at {subscriber}: there will be no answer.',
    help: 'Catch it where the process can go on without; otherwise it is suspended, and resuming asks again.',
  },
  RETHROW_OUTSIDE: {
    kind: 'config',
    text: 'There is no error to throw on here: this step does not stand in a handler.',
    help: 'Move it into a `catch`, or throw an error of its own with `throw`.',
  },
  ATOMIC_ALONE: {
    kind: 'config',
    text: 'An atomic scope has no `{key}`: when something in it fails, nothing of it has happened.',
    help: 'Put a scope around it and write `{key}` there.',
  },
  DELIVERY_TERMINATED: {
    kind: 'message',
    text: 'An operator ended the message at {subscriber}: it will not be delivered.',
    help: 'Catch DeliveryFailure where the process can go on without; otherwise it is suspended, and resuming goes on.',
  },
  ATOMIC_WAITS: {
    kind: 'config',
    text: 'A {shape} cannot stand in the atomic scope "{scope}": it may wait.',
    help: 'Move it out of the scope; an atomic scope happens within one step.',
  },
  PARALLEL_SHARED: {
    kind: 'config',
    text: 'Two branches of this parallel make "{name}": which of the two stands afterwards depends on which ends last.',
    help: 'Let each branch make a message of its own, or make it before or after the parallel.',
  },
  SCOPE_TIMEOUT: {
    kind: 'message',
    text: 'The scope "{scope}" did not end within {timeout}.',
    help: 'Catch Timeout at this scope or further out; resumed, it waits on without a limit.',
  },
  UNREACHABLE_SHAPE: {
    kind: 'config',
    text: 'Nothing ever reaches this step, because the {last} in line {line} never goes on to it.',
    help: 'Move it above line {line}, remove it, or let some path before it go on.',
  },
  CORRELATION_NOT_INITIALISED: {
    kind: 'config',
    text: 'The correlation set "{name}" is followed here, but on some path before it nothing initialises it.',
    help: 'Add `initialises: {name}` to a receive, send or request on every path that leads here.',
  },
  CORRELATION_PROPERTY: {
    kind: 'config',
    text: 'The correlation set "{set}" needs the property {property}, which {type} does not promote.',
    help: 'Add {property} to `promote` of {type}, or use another message here.',
  },
  CORRELATION_UNKNOWN_PROPERTY: {
    kind: 'config',
    text: 'No message type promotes a property "{name}".',
    help: 'Add it to `promote` of the message types that carry it, or name one that is there.',
  },
  NO_ACTIVATION: {
    kind: 'config',
    text: 'Nothing starts this orchestration.',
    help: 'Begin the body with a receive that has `activate: true`.',
  },
  ACTIVATION_NOT_FIRST: {
    kind: 'config',
    text: 'A receive that activates must come first.',
    help: 'Move it to the beginning of the body; a listen that comes first activates in all its branches or in none.',
  },
  RECEIVE_UNCORRELATED: {
    kind: 'config',
    text: 'Nothing tells which messages belong to this instance.',
    help: 'Add `follows: <correlation set>`, or `activate: true` where the message starts the orchestration.',
  },
  FILTER_NOT_ALLOWED: {
    kind: 'config',
    text: '{key} has no place on a receive that {use}.',
    help: 'Keep `when` for receives that activate, and `follows` for those that do not.',
  },
  DURATION_INVALID: {
    kind: 'config',
    text: '"{text}" is not a duration.',
    help: 'Write 500ms, 30s, 5m, 2h or 28d, or for a delay an expression that gives a date-time.',
  },
  LISTEN_BRANCH_INVALID: {
    kind: 'config',
    text: 'A branch of a listen begins with a receive or a delay.',
    help: 'Write `- receive: ...` or `- delay: ...`, and beside it `do:` with the steps that follow.',
  },
  ELSE_NOT_LAST: {
    kind: 'config',
    text: 'The branches after this one are never tried.',
    help: 'Move the branch without a condition to the end.',
  },
  ASSIGN_TARGET_UNKNOWN: {
    kind: 'config',
    text: 'There is no {what} "{name}" to assign to.',
    help: 'Write <message>.<field>, or the name of a declared variable.',
  },
  UNKNOWN_CATCH: {
    kind: 'config',
    text: 'The orchestration has no port "{port}", so nothing of that name can fail.',
    help: 'Name a port of the orchestration, an error code, a fault name, or any.',
  },
  MESSAGE_NOT_CONSTRUCTED: {
    kind: 'message',
    text: 'The message "{name}" does not exist yet.',
    help: 'See in the history of the instance which way it went, and let the orchestration make the message on that way.',
  },
  CORRELATION_MISSING: {
    kind: 'message',
    text: 'The correlation set "{name}" has no values yet.',
    help: 'Let the orchestration initialise it on every way to this step.',
  },
  CORRELATION_VALUE_MISSING: {
    kind: 'message',
    text: 'The message {message} has no value of {property}, which the correlation set "{set}" needs.',
    help: 'Correct the message, or correlate by a property that it always has.',
  },
  CORRELATION_MISMATCH: {
    kind: 'message',
    text: '{property} of the message {message} is {found}, but this instance correlates by {expected}.',
    help: 'Let the map or assignment that makes the message keep the value.',
  },
  CORRELATION_REINITIALISED: {
    kind: 'message',
    text: 'The correlation set "{set}" already has other values.',
    help: 'Use another correlation set; one is initialised once in the life of an instance.',
  },
  REQUEST_TIMEOUT: {
    kind: 'message',
    text: 'The port {port} gave no answer within {timeout}.',
    help: 'See whether the far end works; resuming sends the request again.',
  },
  RESPONSE_TYPE_UNEXPECTED: {
    kind: 'message',
    text: 'The port {port} answered with {found} where {expected} is awaited.',
    help: 'Correct the response type of the port or of the orchestration.',
  },
  REPLY_NOT_EXPECTED: {
    kind: 'message',
    text: 'Nobody waits for an answer at the port {port}: none was asked for, or it was already given.',
    help: 'Let each way through the orchestration answer a request once.',
  },
  ERROR_THROWN: {
    kind: 'message',
    text: '{name}: {reason}.',
    help: 'The orchestration itself throws this error; see the step that does, or catch it by its name.',
  },
  ORCHESTRATION_SUSPENDED: {
    kind: 'message',
    text: '{reason}.',
    help: 'The orchestration asks for an operator here; resume it to go on after this step.',
  },
  STEP_LIMIT: {
    kind: 'message',
    text: 'More than {limit} steps passed without waiting for anything.',
    help: 'Let the loop end, or wait within it; resuming goes on from here.',
  },
  DELAY_INVALID: {
    kind: 'message',
    text: 'The delay until "{value}" is neither a date-time nor a duration.',
    help: 'Let the expression give a date-time with its offset, such as 2026-10-25T00:30:00Z, or a duration.',
  },
  INTERPRETER_UNKNOWN: {
    kind: 'config',
    text: 'The instance {instance} began under interpreter {version}, which this program does not have.',
    help: 'Run a version of the bus that has it.',
  },
  UNKNOWN_STEP: {
    kind: 'config',
    text: 'The orchestration {orchestration} has no one step that is called "{name}".',
    help: 'Write the name of a step that no other step bears, or its place, such as body.2 or body.2.scope.do.0.',
  },
  UNKNOWN_VARIABLE: {
    kind: 'config',
    text: 'The orchestration has no variable "{name}".',
    help: 'Name a variable that this version of the orchestration declares under `variables:`.',
  },
  TEST_INVALID: {
    kind: 'config',
    text: '{reason}.',
    help: 'Write test, orchestration and cases, each with name, steps and end.',
  },
} as const satisfies Record<string, CatalogEntry>;
