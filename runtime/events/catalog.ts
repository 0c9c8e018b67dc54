/** Everything that the bus logs, counts or tracks: name in the past tense, level, and what it means. */

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface EventEntry {
  readonly level: Level;
  readonly text: string;
}

export const events = {
  'bus-started': { level: 'info', text: 'The host has started.' },
  'host-lost': { level: 'warn', text: 'Another host died; what waited at it for callers was put away.' },
  'ownership-taken': { level: 'info', text: 'This host runs from now on what only one host may run.' },
  'ownership-lost': {
    level: 'warn',
    text: 'This host stopped what only one host may run, since it could not keep it.',
  },
  'definition-followed': { level: 'info', text: 'The host runs the definition that was deployed last.' },
  'definition-refused': {
    level: 'error',
    text: 'The host cannot run the definition that was deployed last; it runs on under the one before and tries again.',
  },
  'bus-stopped': { level: 'info', text: 'The host has stopped; nothing was left under way.' },
  'location-started': { level: 'info', text: 'A receive location runs.' },
  'location-failed': {
    level: 'warn',
    text: 'A receive location stopped with an error; it is started again after a pause.',
  },
  'location-recovered': { level: 'info', text: 'A receive location runs again.' },
  'arrival-overdue': {
    level: 'error',
    text: 'By the time that its `expect` names nothing had come in at a location.',
  },
  'arrival-late': { level: 'info', text: 'What was overdue at a location has come.' },
  'throttling-began': {
    level: 'warn',
    text: 'Too much waits at send ports or orchestrations; a receive port that feeds them takes nothing in for now.',
  },
  'throttling-ended': { level: 'info', text: 'Enough of what waited is gone; the receive port takes in again.' },
  'standby-opened': {
    level: 'warn',
    text: 'A location has failed for so long that the one which stands by for it receives in its place.',
  },
  'standby-closed': { level: 'info', text: 'A location works again; the one that stood by for it is closed.' },
  'adapter-abandoned': {
    level: 'error',
    text: 'A call of an adapter did not end when or as it should have; the host goes on without it and refuses what it still hands in.',
  },
  'receive-refused': {
    level: 'warn',
    text: 'A location refused something before accepting it (too large, wrong type, no access).',
  },
  'message-received': { level: 'debug', text: 'A message was accepted and published.' },
  'message-duplicate': { level: 'info', text: 'A receipt was recognised as a duplicate of an earlier one.' },
  'message-suspended': { level: 'warn', text: 'A message was suspended; it waits for an operator.' },
  'message-resumed': { level: 'info', text: 'An operator resumed a suspended message.' },
  'archive-failed': {
    level: 'error',
    text: 'A message went on without the copy that `archive` was to write of it, as its pipeline allows.',
  },
  'order-skipped': {
    level: 'warn',
    text: 'A message of an ordered port passed one that was suspended before it, as the port says.',
  },
  'work-stopped': { level: 'info', text: 'An operator stopped a send port; what is for it waits.' },
  'work-started': { level: 'info', text: 'An operator started a send port again.' },
  'watermark-set': { level: 'info', text: 'An operator set how far a location has read, or that it begins anew.' },
  'message-terminated': { level: 'info', text: 'An operator terminated a message.' },
  'message-sent': { level: 'debug', text: 'The far end accepted a message.' },
  'send-failed': { level: 'warn', text: 'An attempt to send failed; it is tried again as the port says.' },
  'logoff-failed': {
    level: 'warn',
    text: 'A port closed without ending its session at the far end, which ends by itself.',
  },
  'send-moved': { level: 'warn', text: 'The primary send port gave up; the message went to its backup.' },
  'circuit-opened': {
    level: 'warn',
    text: 'A far end has failed so often that its port sends nothing for a while; what is for it waits.',
  },
  'circuit-closed': { level: 'info', text: 'A far end works again; its port sends.' },
  'request-refused': { level: 'warn', text: 'A request failed for good; the orchestration was told.' },
  'response-delivered': { level: 'debug', text: 'An answer reached the waiting caller.' },
  'response-late': { level: 'warn', text: 'An answer came when nobody waited for it any more; it is kept.' },
  'instance-started': { level: 'debug', text: 'An orchestration instance started.' },
  'instance-suspended': { level: 'warn', text: 'An orchestration instance was suspended; it waits for an operator.' },
  'instance-resumed': { level: 'info', text: 'An operator resumed an instance.' },
  'instance-moved': { level: 'info', text: 'An operator let an instance go on under another version.' },
  'instance-completed': { level: 'debug', text: 'An orchestration instance completed.' },
  'instance-terminated': { level: 'info', text: 'An orchestration instance was terminated.' },
  'event-ignored': { level: 'info', text: 'Something reached an instance that no longer waited for it.' },
  'error-caught': { level: 'info', text: 'An instance caught an error and goes on.' },
  'milestone-reached': { level: 'debug', text: 'An instance reached a milestone of its orchestration.' },
  'compensation-started': { level: 'info', text: 'An instance began to undo a completed scope.' },
  'task-claimed': { level: 'info', text: 'Somebody took a task on.' },
  'task-released': { level: 'info', text: 'Whoever had a task gave it back.' },
  'task-delegated': { level: 'info', text: 'A task was given to somebody else.' },
  'task-completed': { level: 'info', text: 'Somebody did a task.' },
  'admin-refused': { level: 'warn', text: 'Somebody asked the admin API for what is not theirs.' },
  'shape-passed': { level: 'debug', text: 'An instance passed a shape.' },
  'limits-degraded': {
    level: 'warn',
    text: 'The Redis that hosts share their limits through is away; until it is back, the fallback of config/bus.yaml holds.',
  },
  'limits-restored': { level: 'info', text: 'Limits are shared between hosts again.' },
  'messages-purged': { level: 'info', text: 'What the retention policy no longer keeps was removed.' },
  'store-failed': { level: 'error', text: 'The MessageBox could not be read or written; it is tried again.' },
} as const satisfies Record<string, EventEntry>;

export type EventName = keyof typeof events;
