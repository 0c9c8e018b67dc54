/** Makes a finding from the catalog: the code's text says what is wrong, its help what to do. */
import type { Finding, Location } from '../contracts/finding.ts';
import { busError } from './bus-error.ts';
import type { ErrorCode } from './catalog.ts';
import { suggestName } from './suggest-name.ts';

export interface FindingOptions {
  readonly severity?: Finding['severity'];
  /** A name that was not found, and those that would have been right: the nearest, or the closest few, is the suggestion. */
  readonly unknown?: { readonly name: string; readonly known: Iterable<string> };
  readonly suggestion?: string | undefined;
}

export function finding(
  code: ErrorCode,
  at: Location,
  values: Readonly<Record<string, string | number | undefined>> = {},
  options: FindingOptions = {},
): Finding {
  const { message, help } = busError(code, values);
  const suggestion =
    options.suggestion ?? (options.unknown && suggestName(options.unknown.name, options.unknown.known));
  return { code, severity: options.severity ?? 'error', at, message, help, ...(suggestion ? { suggestion } : {}) };
}
