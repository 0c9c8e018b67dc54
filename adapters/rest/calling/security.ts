/** Whether a port proves what its contract says that callers must prove. Pure. */
import type { FindingInConfig } from '../../../runtime/contracts/finding.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { Operation, SecurityScheme } from '../../../runtime/openapi/contract.ts';
import type { CallConfig } from './config.ts';

/** One warning for each scheme that nothing stands for, where no other of the operation's ways is met either. */
export function unprovenSecurity(operations: readonly Operation[], config: CallConfig): FindingInConfig[] {
  const unmet = operations
    .map(({ security }) => security)
    .filter((ways) => ways.length > 0 && !ways.some((all) => all.every((scheme) => isProven(scheme, config))))
    .flatMap((ways) => ways.flat().filter((scheme) => !isProven(scheme, config)));
  const byName = new Map(unmet.map((scheme) => [scheme.name, scheme]));
  return [...byName.values()].map((scheme) => {
    const values = { scheme: `${described(scheme)} (its scheme "${scheme.name}")`, advice: adviceFor(scheme) };
    const { code, message, help } = busError('AUTH_UNPROVEN', values);
    return { code, severity: 'warning', path: config.auth === undefined ? 'openapi' : 'auth', message, help };
  });
}

/** Ways to get a token that goes as `Authorization: Bearer`. */
const TOKENS = new Set(['bearer', 'clientCredentials', 'password', 'jwtGrant', 'jwt', 'notify', 'session']);

function isProven(scheme: SecurityScheme, { auth, headers = {}, tls, parameters = {} }: CallConfig): boolean {
  const written = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const { type, parameter = '' } = scheme;
  if (type === 'mutualTLS') return tls?.certificate !== undefined;
  if (type === 'apiKey') return isKeyProven(scheme, auth, written) || Object.hasOwn(parameters, parameter);
  if (written.has('authorization')) return true;
  if (type === 'http' && scheme.scheme === 'basic') return auth?.type === 'basic' || auth?.type === 'session';
  if (type === 'http' && scheme.scheme === 'digest') return auth?.type === 'digest';
  return auth !== undefined && TOKENS.has(auth.type);
}

/** A session may carry its token, or its cookies, wherever it is told to. */
function isKeyProven(
  { in: place, parameter = '' }: SecurityScheme,
  auth: CallConfig['auth'],
  written: ReadonlySet<string>,
): boolean {
  if (auth?.type === 'session') return true;
  if (place === 'cookie') return written.has('cookie');
  if (place === 'query') return auth?.type === 'apiKey' && auth.in === 'query' && auth.name === parameter;
  const name = parameter.toLowerCase();
  if (written.has(name)) return true;
  if (auth?.type === 'apiKey') return auth.in !== 'query' && auth.name.toLowerCase() === name;
  if (auth && 'header' in auth && auth.header?.toLowerCase() === name) return true;
  return name === 'authorization' && auth !== undefined;
}

function described({ type, scheme, in: place, parameter }: SecurityScheme): string {
  if (type === 'apiKey') return `a key in the ${place} ${parameter}`;
  if (type === 'http') return `HTTP ${scheme}`;
  return type === 'mutualTLS' ? 'a certificate of the caller' : 'a token';
}

function adviceFor({ type, scheme, in: place, parameter }: SecurityScheme): string {
  if (type === 'apiKey')
    return place === 'cookie'
      ? `\`auth\` of the type session, or the header Cookie with ${parameter}`
      : `\`auth: { type: apiKey, name: ${parameter}, in: ${place}, key: { secret: NAME } }\``;
  if (type === 'mutualTLS') return '`tls.certificate` and `tls.key`';
  if (type === 'http' && (scheme === 'basic' || scheme === 'digest')) return `\`auth\` of the type ${scheme}`;
  return type === 'oauth2' ? '`auth` of the type clientCredentials' : '`auth` of the type bearer or clientCredentials';
}
