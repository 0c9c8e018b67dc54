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
  WATERMARK_MOVED: {
    kind: 'transient',
    text: 'The watermark of {name} was moved to {found} by another.',
    help: 'Nothing was written; the source is read again from there.',
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
    help: 'Run the newer version, or bring the store back with "guildhall store migrate --to {known}" of that one.',
  },
  STORE_CORRUPT: {
    kind: 'config',
    text: '{path} is not a readable MessageBox: {reason}.',
    help: 'Keep the damaged file, and restore a backup with "guildhall store restore".',
  },
  STORE_NOT_OPENED: {
    kind: 'config',
    text: '{path} cannot be opened: {reason}.',
    help: 'See that the folder exists, or the server runs, and that this user may write there, or create a schema.',
  },
  STORE_UNSOUND: {
    kind: 'config',
    text: '{path} is damaged or not whole: {problems}.',
    help: 'Take another backup. Nothing was changed.',
  },
  STORE_EXISTS: {
    kind: 'config',
    text: '{path} exists already.',
    help: 'Name another file, or say --force to replace it where the verb has that option.',
  },
  STORE_COPY_FAILED: {
    kind: 'config',
    text: '{path} could not be written: {reason}.',
    help: 'See that the folder exists, has room, and may be written by the user that the bus runs as.',
  },
  STORE_NO_BACKUP: {
    kind: 'config',
    text: 'This store has no backup of its own: {reason}.',
    help: 'See "Backup" in docs/store.md for the way of each store.',
  },
  STORE_NO_WAY_BACK: {
    kind: 'config',
    text: '{path} has schema {from}, and this program cannot bring it to {to}: it knows 1 to {known}.',
    help: 'Name a version from 1 to {known}. Nothing was changed.',
  },
  STORE_NO_TRANSFER: {
    kind: 'config',
    text: '{store} cannot be copied from or to: {reason}.',
    help: 'Name a store such as sqlite:data/guildhall.db, postgres://user@host/database or secret:<name>.',
  },
  STORE_NOT_EMPTY: {
    kind: 'config',
    text: '{path} holds something already.',
    help: 'Copy to a store that is new; nothing was written.',
  },
  STORE_NOT_SEALED: {
    kind: 'config',
    text: 'The store is not sealed, so there is no key to change.',
    help: 'Set `sealed: { key: <secret> }` in config/bus.yaml and start the bus again.',
  },
  SEAL_KEY_MISSING: {
    kind: 'transient',
    text: 'The part was sealed with the key {key}, which this bus does not have.',
    help: 'Add {key} to `sealed.older` in config/bus.yaml, with its secret, and start the bus again; then resume.',
  },
  SEAL_KEY_INVALID: {
    kind: 'config',
    text: 'The secret {key} is no key: it must be 32 bytes in base64 or hexadecimal.',
    help: 'Make one with "openssl rand -base64 32" and keep it apart from the store and its backups.',
  },
  SEAL_NOT_OPENED: {
    kind: 'message',
    text: 'The key {key} does not open the part: it is not the key it was sealed with, or the stored bytes were changed.',
    help: 'See that the secret {key} has the value that it had then. If it has, the store was damaged or tampered with: restore a backup.',
  },
  BODY_PURGED: {
    kind: 'message',
    text: 'The bytes of the message are no longer stored: the retention policy has removed them.',
    help: 'Its record and history are still there; for longer, raise `retention.bodies` in config/bus.yaml.',
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
  ORDER_STOPPED: {
    kind: 'message',
    text: 'It waits behind {delivery}, which is suspended and stops its key, as the port says.',
    help: 'Resume or terminate {delivery}; those behind it then go out in their order.',
  },
  ORDER_PARKED: {
    kind: 'message',
    text: 'It is parked behind {delivery}, which is suspended, as the port says.',
    help: 'Resume or terminate {delivery}; those behind it then go out in their order.',
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
