/** What an error of the file system means to the bus. All of them may pass: disks are emptied, shares come back. */
import type { BusError } from '../../runtime/contracts/errors.ts';
import { isBusError, reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { codeOf } from '../../runtime/files/system-error.ts';

const DENIED = new Set(['EACCES', 'EPERM', 'EROFS']);
const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'ESTALE', 'EHOSTDOWN', 'ENOTCONN']);

/** `endpoint` is the path to name. */
export function fileFailure(thrown: unknown, endpoint: string): BusError {
  if (isBusError(thrown)) return thrown;
  const code = codeOf(thrown);
  const reason = reasonOf(thrown);
  if (code === undefined) return busError('ADAPTER_BUG', { name: endpoint, reason }, { cause: thrown });
  if (DENIED.has(code)) return busError('ENDPOINT_DENIED', { endpoint, reason }, { cause: thrown });
  if (MISSING.has(code)) return busError('ENDPOINT_UNREACHABLE', { endpoint, reason }, { cause: thrown });
  return busError('ENDPOINT_FAILED', { endpoint, reason }, { cause: thrown });
}
