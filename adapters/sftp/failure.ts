/** What an error of the SSH client or of the server means to the bus. All of them may pass: keys and rights are set right. */
import type { BusError } from '../../runtime/contracts/errors.ts';
import { isBusError, reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';

/** SSH_FX codes of the SFTP protocol, version 3. Source: draft-ietf-secsh-filexfer-02, section 7 */
export const STATUS = { noSuchFile: 2, denied: 3, failure: 4, unsupported: 8 } as const;

/** The server's status code; undefined for an error of the connection. */
export function statusOf(thrown: unknown): number | undefined {
  return Error.isError(thrown) && 'code' in thrown && typeof thrown.code === 'number' ? thrown.code : undefined;
}

export function sftpFailure(thrown: unknown, endpoint: string): BusError {
  if (isBusError(thrown)) return thrown;
  const reason = reasonOf(thrown) || 'the connection ended';
  const status = statusOf(thrown);
  if (isDenied(thrown) || status === STATUS.denied)
    return busError('ENDPOINT_DENIED', { endpoint, reason }, { cause: thrown });
  if (status !== undefined && status !== STATUS.noSuchFile)
    return busError('ENDPOINT_FAILED', { endpoint, reason }, { cause: thrown });
  return busError('ENDPOINT_UNREACHABLE', { endpoint, reason }, { cause: thrown });
}

function isDenied(thrown: unknown): boolean {
  const level = Error.isError(thrown) && 'level' in thrown ? thrown.level : undefined;
  return level === 'client-authentication' || /authentication methods failed|host key/i.test(reasonOf(thrown));
}
