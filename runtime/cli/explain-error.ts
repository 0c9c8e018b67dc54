/** Tells a person, or a script, what went wrong; returns the exit code. */
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit.ts';

const NO_BUS: ReadonlySet<string> = new Set([
  'NO_BUS_RUNNING',
  'BUS_NOT_RUNNING',
  'HOST_NOT_RUNNING',
  'SEVERAL_BUSES',
  'ADMIN_UNREACHABLE',
]);

export function explainError(thrown: unknown, io: Console, json: boolean): ExitCode {
  const error = isBusError(thrown) ? thrown : busError('UNEXPECTED', { reason: reasonOf(thrown) });
  const { code, message, help } = error;
  if (json) io.out(JSON.stringify({ error: { code, message, help } }));
  else io.err(`${code} ${message} ${help}`);
  if (!isBusError(thrown) && Error.isError(thrown)) io.err(String(thrown.stack));
  return NO_BUS.has(code) ? EXIT.noBus : EXIT.failed;
}
