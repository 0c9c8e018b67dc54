/** The names of the context properties that the bus itself sets. Message types declare the rest (`report.id`). */
export const BUS = {
  /** The type of the message: promoted on every typed message. In filters it is written `message.type`. */
  messageType: 'message.type',
  /** Where it came in; promoted. */
  receivePort: 'bus.receivePort',
  receiveLocation: 'bus.receiveLocation',
  transport: 'bus.transport',
  /** The send port that the message is addressed to; promoted. Every send port subscribes to its own name. */
  sendPort: 'bus.sendPort',
  /** The id of the message that this one answers; promoted. */
  responseTo: 'bus.responseTo',
  /** The host that holds the caller's connection; promoted on the answer. */
  responseHost: 'bus.responseHost',
  /** On a request: `host:<name>` when a caller waits at that host, `instance` when an orchestration waits. Carried. */
  replyTo: 'bus.replyTo',
  /** On the copy of a request for a backup: the id of the request, which the answer is to name. Carried. */
  request: 'bus.request',
  /** The orchestration that the message is to start, whatever ports it is bound to; promoted. */
  starts: 'bus.starts',
  /** True on an answer that tells of a failure: its body is JSON {code, fault, reason, detail}. Promoted. */
  fault: 'bus.fault',
  /** The party that it came from, as `resolve-party` told; promoted. */
  party: 'bus.party',
  /** Which council's message this is; from the first byte. Promoted. */
  organisation: 'bus.organisation',
  /** Stable for one message at one send port, whatever the number of attempts. Carried, set while sending. */
  idempotencyKey: 'bus.idempotencyKey',
  /** From 1 to 10: the message goes before those that are less urgent and not much older. Carried. */
  priority: 'bus.priority',
  batchCount: 'bus.batchCount',
  /** Its sender asks the port that it is addressed to for an acknowledgement, which bears this token. Carried. */
  ackToken: 'bus.ackToken',
  /** On the copy for a backup: the port that the acknowledgement is to name. Carried. */
  ackSendPort: 'bus.ackSendPort',
  /** How many orchestrations the message's ancestors passed through; guards against loops. Carried. */
  hops: 'bus.hops',
  /** The file name, routing key, URL path or the like that the transport knows the message by. Carried. */
  sourceName: 'bus.sourceName',
} as const;

/** On the copy of a failed message that a port routes, and on the alert that nothing has come in. All promoted. */
export const ERROR_REPORT = {
  /** FailedMessage, or ArrivalOverdue: what a filter asks for that takes all of them. */
  errorType: 'ErrorReport.ErrorType',
  failureCode: 'ErrorReport.FailureCode',
  /** The name by which the far end refused it. */
  fault: 'ErrorReport.Fault',
  description: 'ErrorReport.Description',
  messageType: 'ErrorReport.MessageType',
  messageId: 'ErrorReport.MessageId',
  sendPort: 'ErrorReport.SendPort',
  receivePort: 'ErrorReport.ReceivePort',
  receiveLocation: 'ErrorReport.ReceiveLocation',
  /** ISO 8601, UTC. */
  failureTime: 'ErrorReport.FailureTime',
} as const;

/** On the acknowledgement of a send. All promoted. */
export const ACK = {
  /** `ACK`: the far end has accepted it; `NACK`: the port has given it up. */
  type: 'Ack.Type',
  messageId: 'Ack.MessageId',
  messageType: 'Ack.MessageType',
  /** The port that it was addressed to. */
  sendPort: 'Ack.SendPort',
  /** The port that sent it or was the last to give it up: the same, or a backup. */
  via: 'Ack.Via',
  /** Of the send that asked for it. */
  correlationToken: 'Ack.CorrelationToken',
  /** ISO 8601, UTC. */
  time: 'Ack.Time',
  failureCode: 'Ack.FailureCode',
  /** The name by which the far end refused it. */
  fault: 'Ack.Fault',
  description: 'Ack.Description',
} as const;

/** The values of ErrorReport.ErrorType. */
export const ERROR_TYPE = { failed: 'FailedMessage', overdue: 'ArrivalOverdue' } as const;

/** On a task. All promoted. */
export const TASK = {
  role: 'task.role',
  title: 'task.title',
  /** The message type of what is filled in. */
  form: 'task.form',
  /** ISO 8601, UTC. */
  due: 'task.due',
  instance: 'task.instance',
  /** On what was filled in: by whom. Carried. */
  by: 'task.by',
} as const;

/** The names under which the parts of the bus claim their deliveries. */
export const subscriberOf = {
  sendPort: (name: string) => `send:${name}`,
  orchestration: (name: string) => `orchestration:${name}`,
  receiveLocation: (port: string, location: string) => `receive:${port}/${location}`,
  /** Answers on their way to callers connected to this host. */
  responses: (host: string) => `responses:${host}`,
  /** What people of a role are to do. */
  tasks: (role: string) => `tasks:${role}`,
  /** Holds what no subscription took, until an operator resumes it. */
  unrouted: 'unrouted',
} as const;

/** The orchestration that a subscriber is; undefined where it is none. */
export function orchestrationOf(subscriber: string): string | undefined {
  const prefix = subscriberOf.orchestration('');
  return subscriber.startsWith(prefix) ? subscriber.slice(prefix.length) : undefined;
}
