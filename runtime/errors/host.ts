/** Error codes of hosts. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const hostErrors = {
  SECRET_MISSING: {
    kind: 'config',
    text: 'The secret {name} is not set.',
    help: 'Set the environment variable {name}, or put its value into a file of that name in the secrets folder.',
  },
  RESPONSE_TIMEOUT: {
    kind: 'transient',
    text: 'No answer to message {message} within {timeout} ms.',
    help: 'The message is safe and goes on; ask again with the same key to get its answer.',
  },
  RESPONSE_REFUSED: {
    kind: 'message',
    text: 'The request was refused: {reason}.',
    help: 'See the suspended message or instance for the reason.',
  },
  HOST_STOPPING: {
    kind: 'transient',
    text: 'The host is stopping.',
    help: 'Send again once it runs.',
  },
  HOST_NAME_TAKEN: {
    kind: 'config',
    text: 'A host named {name} runs on this MessageBox already.',
    help: 'Give this one another name with --host, or stop the other.',
  },
  ARRIVAL_OVERDUE: {
    kind: 'transient',
    text: 'Nothing has come in at {location} between {from} and {due}.',
    help: 'Ask whoever sends it; "guildhall status" says "overdue" until it has come.',
  },
  DEPLOYMENT_BUSY: {
    kind: 'transient',
    text: 'Another host is deploying to this MessageBox and does not come to an end.',
    help: 'Try again; "guildhall status" shows the hosts that run.',
  },
  DEFINITION_BEHIND: {
    kind: 'transient',
    text: 'What {subscriber} was subscribed to has changed, and this host has not taken over the new definition yet.',
    help: 'It goes on by itself; if it does not, see whether every host can run what was deployed.',
  },
  BUS_BUSY: {
    kind: 'transient',
    text: 'The bus is busy.',
    help: 'Send again later. "guildhall status" shows what waits; `throttle` in config/bus.yaml says how much may.',
  },
  ADDRESS_MISSING: {
    kind: 'message',
    text: 'The message has no address for the dynamic send port {port}.',
    help: 'See which properties `dynamic.address` asks for, and what the message should have there; `coalesce` gives a default.',
  },
  ADDRESS_NOT_ALLOWED: {
    kind: 'message',
    text: '{port} may not send to {address}: {reason}.',
    help: 'Where it should, name it in `dynamic.allow` and resume the message; else mend whoever wrote the address.',
  },
  HOP_LIMIT: {
    kind: 'message',
    text: 'The message passed through {hops} orchestrations, more than the limit of {limit}: it seems to go in a circle.',
    help: 'Look for an orchestration that publishes what activates it.',
  },
  UNKNOWN_DEFINITION: {
    kind: 'config',
    text: 'Instance {instance} runs under definition {hash}, which is not in the MessageBox.',
    help: 'Deploy the solution version it was started under.',
  },
  INSTANCE_STATE_INVALID: {
    kind: 'message',
    text: 'The state of the instance {instance} is none of its orchestration: {reason}.',
    help: 'Restore the store from a backup, or run the release that wrote it, and resume the instance; or terminate it. What has come for it waits.',
  },
  INSTANCE_UNFIT: {
    kind: 'message',
    text: 'The instance {instance} cannot go on under {version}: {reason}.',
    help: 'Leave the steps up to where it stands as they were, and all that it holds; declare where it stands in a migration; or let it go on under its own version.',
  },
  OLD_DEFINITION_UNUSABLE: {
    kind: 'config',
    text: 'The deployed definition {hash} cannot be run here: {reason}.',
    help: 'Give this host what it lacks (a secret, a file), or run the version of guildhall that it was deployed with.',
  },
  UNEXPECTED: {
    kind: 'bug',
    text: 'Guildhall failed in a way that it should not: {reason}.',
    help: 'Report it with what is printed below.',
  },
  TRIAL_ONLY: {
    kind: 'transient',
    text: 'This is a trial: nothing is taken.',
    help: 'It stays where it is, and comes again once the bus runs.',
  },
  TRIAL_NOTHING_CAME: {
    kind: 'message',
    text: 'Nothing came within {wait} ms.',
    help: 'Put something there, or give it longer with --wait.',
  },
  HTTP_LISTEN: {
    kind: 'config',
    text: 'Cannot listen on {address}: {reason}.',
    help: 'Choose another address in config/bus.yaml, or stop what uses it.',
  },
} as const satisfies Record<string, CatalogEntry>;
