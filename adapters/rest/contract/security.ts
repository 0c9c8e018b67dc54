/** Whether a location asks its callers for what its contract says that they must prove. */
import type { FindingInConfig } from '../../../runtime/contracts/finding.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { Operation, SecurityScheme } from '../../../runtime/openapi/contract.ts';
import type { AccessConfig } from '../../shared/access/config.ts';

/** One warning for each scheme that nothing stands for, where no other way in is asked for either. */
export function unmetSecurity(operations: readonly Operation[], access: AccessConfig | undefined): FindingInConfig[] {
  const unmet = operations
    .filter(
      ({ security }) => security.length > 0 && !security.some((all) => all.every((scheme) => isMet(scheme, access))),
    )
    .flatMap(({ security }) => security.flat().filter((scheme) => !isMet(scheme, access)));
  const byName = new Map(unmet.map((scheme) => [scheme.name, scheme]));
  return [...byName.values()].map((scheme) => {
    const values = { scheme: `${described(scheme)} (its scheme "${scheme.name}")`, advice: adviceFor(scheme) };
    const { code, message, help } = busError('SECURITY_UNMET', values);
    return { code, severity: 'warning', path: access === undefined ? 'openapi' : 'access', message, help };
  });
}

function isMet({ type, scheme }: SecurityScheme, access: AccessConfig | undefined): boolean {
  if (!access) return false;
  if (type === 'apiKey') return access.apiKey !== undefined || access.hmac !== undefined;
  if (type === 'mutualTLS') return access.certificate !== undefined;
  if (type === 'http' && scheme === 'basic') return access.basic !== undefined;
  return access.jwt !== undefined || (type === 'http' && access.hmac !== undefined);
}

function described({ type, scheme, in: place, parameter }: SecurityScheme): string {
  if (type === 'apiKey') return `a key in the ${place} ${parameter}`;
  if (type === 'http') return `HTTP ${scheme}`;
  return type === 'mutualTLS' ? 'a certificate of the caller' : 'a token';
}

function adviceFor({ type, scheme, in: place, parameter }: SecurityScheme): string {
  if (type === 'apiKey')
    return place === 'header'
      ? `\`access.apiKey\` with \`header: ${parameter}\``
      : '`access.apiKey`, which reads headers only';
  if (type === 'mutualTLS') return '`access.certificate`';
  return type === 'http' && scheme === 'basic' ? '`access.basic`' : '`access.jwt`';
}
