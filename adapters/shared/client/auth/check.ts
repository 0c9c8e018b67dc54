/** What only code can find wrong with who we are. */
import type { FindingInConfig } from '../../../../runtime/contracts/finding.ts';
import { busError } from '../../../../runtime/errors/bus-error.ts';
import { type Auth, authDefaults, isFixed } from './config.ts';

/** `headers` are those that the options write themselves. */
export function authFindings(auth: Auth | undefined, headers: readonly string[]): FindingInConfig[] {
  if (!auth) return [];
  const taken = headerOf(auth);
  const twice = taken !== undefined && headers.some((name) => name.toLowerCase() === taken.toLowerCase());
  return [
    ...(twice ? [invalid('auth', `there is a header ${taken} too`, 'Keep one of the two.')] : []),
    ...clientFindings(auth),
  ];
}

/** The header that it writes; undefined where it is cookies or the query. */
export function headerOf(auth: Auth): string | undefined {
  if (auth.type === 'apiKey') return auth.in === 'query' ? undefined : auth.name;
  if (auth.type === 'session') return auth.token === undefined ? 'Cookie' : (auth.header ?? authDefaults.header);
  return isFixed(auth) || auth.type === 'notify' || auth.type === 'digest'
    ? authDefaults.header
    : (auth.header ?? authDefaults.header);
}

function clientFindings(auth: Auth): FindingInConfig[] {
  if (auth.type === 'password' && auth.clientSecret && auth.client === undefined) {
    return [invalid('auth.clientSecret', 'there is no client whose secret it is', 'Name the `client` too.')];
  }
  if (auth.type !== 'clientCredentials') return [];
  const { clientSecret, assertion } = auth;
  if (clientSecret && assertion) return [invalid('auth.assertion', 'there is a secret too', 'Keep one of the two.')];
  if (clientSecret || assertion) return [];
  return [invalid('auth', 'nothing proves who the client is', 'Add `clientSecret` or `assertion`.')];
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
