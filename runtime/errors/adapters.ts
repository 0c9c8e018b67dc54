/**
 * Error codes shared by all adapters: what a far end may do to us, in the words of no protocol in particular; the text
 * carries the protocol's own words. Codes never change their meaning and are never used again for another.
 */
import type { CatalogEntry } from '../contracts/errors.ts';

export const adapterErrors = {
  ENDPOINT_UNREACHABLE: {
    kind: 'transient',
    text: '{endpoint} cannot be reached: {reason}.',
    help: 'Check the address, the network and that the far end runs.',
  },
  ENDPOINT_TIMEOUT: {
    kind: 'transient',
    text: '{endpoint} did not answer within {timeout} ms.',
    help: 'See whether the far end is slow or hangs; lengthen `timeout` if it is meant to take that long.',
  },
  ENDPOINT_BUSY: {
    kind: 'transient',
    text: '{endpoint} asked to be tried later: {reason}.',
    help: 'Nothing to do; it is tried again as the port says.',
  },
  ENDPOINT_FAILED: {
    kind: 'transient',
    text: '{endpoint} failed: {reason}.',
    help: 'Look at the far end; the message is tried again as the port says.',
  },
  ENDPOINT_REFUSED: {
    kind: 'message',
    text: '{endpoint} refused the message: {reason}.',
    help: 'Mend the message or the far end, then resume it.',
  },
  ENDPOINT_FAULT: {
    kind: 'message',
    text: '{endpoint} answered with the fault {fault}: {reason}.',
    help: 'Catch the fault in the orchestration, or mend the message and resume it.',
  },
  ENDPOINT_ANSWER_INVALID: {
    kind: 'message',
    text: '{endpoint} gave an answer that cannot be read: {reason}.',
    help: 'Compare the answer with the contract; the far end may have done the work all the same.',
  },
  ENDPOINT_DENIED: {
    kind: 'transient',
    text: '{endpoint} denied access: {reason}.',
    help: 'Check user, password, key or certificate and their secrets.',
  },
  PAYLOAD_TOO_LARGE: {
    kind: 'message',
    text: 'The message is {size} bytes; {name} takes at most {limit}.',
    help: 'Send it in smaller parts, or raise `maxBytes` of the location.',
  },
  FORM_UNREADABLE: {
    kind: 'message',
    text: 'The form cannot be read: {reason}.',
    help: 'Send it as browsers do, in UTF-8, and say in its content type what it is.',
  },
  CONTENT_TYPE_UNSUPPORTED: {
    kind: 'message',
    text: '{name} takes {expected}, not {found}.',
    help: 'Send the body as {expected} and say so in its content type.',
  },
  CONTRACT_VIOLATION: {
    kind: 'message',
    text: '{what} breaks the contract of the operation {operation}: {reasons}.',
    help: 'Mend what made it: of a request the caller, of an answer the orchestration or the map; the contract says how it must look.',
  },
  PATH_TAKEN: {
    kind: 'config',
    text: 'The HTTP path {path} is already served by {owner}.',
    help: 'Give each location a path of its own, or a method of its own at the same path.',
  },
  ADAPTER_CONFIG: {
    kind: 'config',
    text: '{name}: {reason}.',
    help: 'Mend the options of the port in config/ and run "guildhall check".',
  },
  ADAPTER_BUG: {
    kind: 'bug',
    text: 'The adapter of {name} failed in a way that it should not: {reason}.',
    help: 'Report it with the log; the host starts the location again.',
  },
} as const satisfies Record<string, CatalogEntry>;
