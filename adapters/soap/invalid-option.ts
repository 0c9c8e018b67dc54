/** A finding about an option of ours. */
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';

export function invalid(
  path: string,
  reason: string,
  advice: string,
  severity: FindingInConfig['severity'] = 'error',
): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity, path, message, help };
}
