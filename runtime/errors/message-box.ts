/** Error codes of the MessageBox. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const messageBoxErrors = {
  LEASE_LOST: {
    kind: 'transient',
    text: 'The lease {lease} is no longer held: another worker has taken the delivery over.',
    help: 'Nothing was written; the other worker carries on. If this repeats, lengthen the lease or the timeout.',
  },
  OWNERSHIP_LOST: {
    kind: 'transient',
    text: 'Another host owns {name} by now.',
    help: 'Nothing was written; the other host carries on. If this repeats, see that the clocks of the hosts agree.',
  },
  INSTANCE_STALE: {
    kind: 'transient',
    text: 'Instance {instance} is at revision {found}, so revision {given} was refused.',
    help: 'Nothing was written; the step is taken again from the current state.',
  },
  STORE_FULL: {
    kind: 'transient',
    text: 'The disk of the MessageBox is full: {reason}.',
    help: 'Free space where the store lies; nothing that was accepted is lost, and the bus carries on by itself.',
  },
  STORE_FAILED: {
    kind: 'transient',
    text: 'The MessageBox could not write: {reason}.',
    help: 'Look at the disk or the database server; nothing that was accepted is lost.',
  },
  STORE_CLOSED: {
    kind: 'transient',
    text: 'The MessageBox is closed.',
    help: 'The bus is stopping; send again once it runs.',
  },
  STORE_IN_USE: {
    kind: 'config',
    text: 'Another process has {path} open.',
    help: 'Stop the other bus, or give this one a store of its own.',
  },
  STORE_NEWER: {
    kind: 'config',
    text: '{path} was written by a newer version (schema {found}, this program knows {known}).',
    help: 'Run the newer version of guildhall, or start with another store.',
  },
  STORE_CORRUPT: {
    kind: 'config',
    text: '{path} is not a readable MessageBox: {reason}.',
    help: 'Restore it from a backup; the damaged file was not changed.',
  },
  STORE_NOT_OPENED: {
    kind: 'config',
    text: '{path} cannot be opened: {reason}.',
    help: 'See that the folder exists, and that this user may write there.',
  },
  NOT_FOUND: {
    kind: 'message',
    text: 'There is no {what} {id}.',
    help: 'List what there is and take an id from there.',
  },
  NOT_SUSPENDED: {
    kind: 'message',
    text: '{what} {id} is {state}, not suspended.',
    help: 'Only what is suspended can be resumed.',
  },
  NOT_RESUMABLE: {
    kind: 'message',
    text: 'Delivery {id} was suspended as not resumable: {reason}.',
    help: 'Save its message and terminate it.',
  },
  ALREADY_ENDED: {
    kind: 'message',
    text: '{what} {id} is already {state}.',
    help: 'There is nothing left to end.',
  },
  NO_SUBSCRIBER: {
    kind: 'message',
    text: 'No subscription takes a message of type {type}.',
    help: 'See the nearest misses with "guildhall explain"; add a send port or an orchestration, then resume.',
  },
  INSTANCE_ENDED: {
    kind: 'message',
    text: 'The instance {instance} had ended when the message reached it.',
    help: 'Resume it to route it anew, or terminate it.',
  },
} as const satisfies Record<string, CatalogEntry>;
