/** Error codes of the admin API and the command line. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const adminErrors = {
  NO_BUS_RUNNING: {
    kind: 'config',
    text: 'No bus is running for {folder}.',
    help: 'Start one with "guildhall run {folder}", or name a running one with --admin and --token.',
  },
  BUS_NOT_RUNNING: {
    kind: 'config',
    text: 'The bus {bus} does not run for {folder}; there runs {names}.',
    help: 'Name a bus that runs with --bus <name>, or leave it out where there is only one.',
  },
  HOST_NOT_RUNNING: {
    kind: 'config',
    text: 'The host {host} does not run for {folder}; there runs {names}.',
    help: 'Name a host that runs here with --host, or leave it out: any host answers for the whole bus.',
  },
  SEVERAL_BUSES: {
    kind: 'config',
    text: 'Several buses run for {folder}: {names}.',
    help: 'Choose one with --bus <name>.',
  },
  ADMIN_UNREACHABLE: {
    kind: 'transient',
    text: 'The admin API at {address} cannot be reached: {reason}.',
    help: 'See whether the bus still runs, and that --admin names its address.',
  },
  ADMIN_DENIED: {
    kind: 'message',
    text: 'The admin API wants a bearer token.',
    help: 'Send "Authorization: Bearer <token>"; the token stands in the run file of the bus, or is set by GUILDHALL_ADMIN_TOKEN.',
  },
  ADMIN_FORBIDDEN: {
    kind: 'message',
    text: 'Only operators may ask for this; {user} may see and do tasks of: {roles}.',
    help: 'Ask an operator, or use the token of the bus.',
  },
  ADMIN_TOKEN_UNFIT: {
    kind: 'config',
    text: 'The token of {name} cannot be used: {reason}.',
    help: 'Set the secret to a text of its own, such as 32 random characters.',
  },
  TASK_FORBIDDEN: {
    kind: 'message',
    text: 'The task is for the role {role}; {user} has: {roles}.',
    help: 'Leave it to somebody of that role, or add the role under admin.users in config/bus.yaml.',
  },
  TASK_CLAIMED: {
    kind: 'message',
    text: 'The task {id} is with {holder}.',
    help: 'Leave it to them, or let them or an operator release or delegate it.',
  },
  TASKS_BUSY: {
    kind: 'transient',
    text: 'Others settle who does their tasks, and do not come to an end.',
    help: 'Try again in a moment.',
  },
  ADMIN_NO_ROUTE: {
    kind: 'message',
    text: 'The admin API has nothing at {method} {path}.',
    help: 'See docs/admin-api.md for what there is.',
  },
  ADMIN_BAD_REQUEST: {
    kind: 'message',
    text: 'The request cannot be understood: {reason}.',
    help: 'See docs/admin-api.md for what it takes.',
  },
  NO_SUCH_LOCATION: {
    kind: 'message',
    text: 'There is no receive location {name}.',
    help: 'Name it as <port> or <port>/<location>; "guildhall status" lists them.',
  },
  FOLDER_NOT_WRITABLE: {
    kind: 'config',
    text: '{folder} cannot be written: {reason}.',
    help: 'See that it is a folder, or can become one, and that this user may write there.',
  },
  IMPORT_FAILED: {
    kind: 'config',
    text: '{source} cannot be imported: {reason}.',
    help: 'Look at the file or address; nothing was written.',
  },
  IMPORT_EXISTS: {
    kind: 'config',
    text: 'There are files already that the import would write: {files}.',
    help: 'Import under another --name, or replace them with --force.',
  },
  FOLDER_NOT_EMPTY: {
    kind: 'config',
    text: '{folder} is not empty.',
    help: 'Name a folder that does not exist yet.',
  },
} as const satisfies Record<string, CatalogEntry>;
