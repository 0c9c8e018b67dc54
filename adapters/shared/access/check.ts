/** What only code can find wrong with who may call. */
import { isIP } from 'node:net';
import type { FindingInConfig } from '../../../runtime/contracts/finding.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { AccessConfig, JwtConfig } from './config.ts';

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
    ...jwtFindings(access?.jwt),
  ];
}

/** A provider signs tokens for many: without these two, one that was made for somebody else, or by another tenant, lets in. */
function jwtFindings(jwt: JwtConfig | undefined): FindingInConfig[] {
  if (!jwt) return [];
  const open = [
    ...(jwt.issuer === undefined
      ? [['access.jwt.issuer', 'a token of any issuer is taken, as long as it is signed', ISSUER]]
      : []),
    ...(jwt.audience === undefined
      ? [['access.jwt.audience', 'a token that was made for somebody else is taken too', AUDIENCE]]
      : []),
  ] as const;
  return open.map(([path, reason, advice]) => ({ ...invalid(path!, reason!, advice!), severity: 'warning' }));
}

const ISSUER = 'Name the provider as its tokens do (`iss`), as issuer: https://login.example.gov.uk.';
const AUDIENCE = 'Name the bus as the tokens for it do (`aud`), as audience: https://bus.example.gov.uk.';

function isNetwork(text: string): boolean {
  const [address, bits] = text.split('/');
  const family = isIP(address!);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 6 ? 128 : 32));
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
