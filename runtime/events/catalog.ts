/** Everything that the bus logs, counts or tracks: name in the past tense, level, and what it means. */

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface EventEntry {
  readonly level: Level;
  readonly text: string;
}

export const events = {
  'bus-started': { level: 'info', text: 'The host has started.' },
  'bus-stopped': { level: 'info', text: 'The host has stopped; nothing was left under way.' },
  'location-started': { level: 'info', text: 'A receive location runs.' },
  'location-failed': {
    level: 'warn',
    text: 'A receive location stopped with an error; it is started again after a pause.',
  },
  'location-recovered': { level: 'info', text: 'A receive location runs again.' },
  'receive-refused': {
    level: 'warn',
    text: 'A location refused something before accepting it (too large, wrong type, no access).',
  },
  'message-received': { level: 'debug', text: 'A message was accepted and published.' },
  'message-duplicate': { level: 'info', text: 'A receipt was recognised as a duplicate of an earlier one.' },
  'message-suspended': { level: 'warn', text: 'A message was suspended; it waits for an operator.' },
  'message-resumed': { level: 'info', text: 'An operator resumed a suspended message.' },
  'message-terminated': { level: 'info', text: 'An operator terminated a message.' },
  'message-sent': { level: 'debug', text: 'The far end accepted a message.' },
  'send-failed': { level: 'warn', text: 'An attempt to send failed; it is tried again as the port says.' },
  'send-moved': { level: 'warn', text: 'The primary send port gave up; the message went to its backup.' },
  'request-refused': { level: 'warn', text: 'A request failed for good; the orchestration was told.' },
  'response-delivered': { level: 'debug', text: 'An answer reached the waiting caller.' },
  'response-late': { level: 'warn', text: 'An answer came when nobody waited for it any more; it is kept.' },
  'instance-started': { level: 'debug', text: 'An orchestration instance started.' },
  'instance-suspended': { level: 'warn', text: 'An orchestration instance was suspended; it waits for an operator.' },
  'instance-resumed': { level: 'info', text: 'An operator resumed an instance.' },
  'instance-completed': { level: 'debug', text: 'An orchestration instance completed.' },
  'instance-terminated': { level: 'info', text: 'An orchestration instance was terminated.' },
  'event-ignored': { level: 'info', text: 'Something reached an instance that no longer waited for it.' },
  'error-caught': { level: 'info', text: 'An instance caught an error and goes on.' },
  'compensation-started': { level: 'info', text: 'An instance began to undo a completed scope.' },
  'shape-passed': { level: 'debug', text: 'An instance passed a shape.' },
  'store-failed': { level: 'error', text: 'The MessageBox could not be read or written; it is tried again.' },
} as const satisfies Record<string, EventEntry>;

export type EventName = keyof typeof events;
