/** What only code can find wrong with who may call. */
import { isIP } from 'node:net';
import type { FindingInConfig } from '../../../runtime/contracts/finding.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { AccessConfig } from './config.ts';

export function accessFindings(access: AccessConfig | undefined): FindingInConfig[] {
  const wrong = (access?.addresses ?? []).filter((address) => !isNetwork(address));
  const both = access?.basic && access.jwt;
  return [
    ...wrong.map((address) =>
      invalid('access.addresses', `${address} is no address or network`, 'Write it as 10.1.0.0/16.'),
    ),
    ...(both
      ? [invalid('access.jwt', 'one request cannot have a password and a token', 'Keep one of basic and jwt.')]
      : []),
  ];
}

function isNetwork(text: string): boolean {
  const [address, bits] = text.split('/');
  const family = isIP(address!);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 6 ? 128 : 32));
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
