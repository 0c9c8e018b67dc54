/**
 * Decides who may call a location over HTTP. What needs no body is looked at before the body is read. Secrets are compared in
 * constant time; a refusal does not say which of several things was wrong with them.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { certificateRule } from './certificate.ts';
import { type AccessConfig, defaults } from './config.ts';
import { compileHmac } from './hmac.ts';
import { compileJwt } from './jwt.ts';
import { type Allowed, forbidden, isRefused, type Refused, type Rule, unauthorised } from './verdict.ts';

export interface Access {
  /** Before the body is read. Never rejects. */
  admit(request: IncomingMessage): Promise<Allowed | Refused>;
  /** With the body. */
  confirm(request: IncomingMessage, body: Uint8Array): Refused | undefined;
}

/** Undefined where anybody may call. Throws BusError SECRET_MISSING. */
export function compileAccess(config: AccessConfig | undefined, context: AdapterContext): Access | undefined {
  if (!config) return undefined;
  const proxies = config.proxies ?? defaults.proxies;
  const rules: Rule[] = [
    ...(config.addresses ? [addressRule(config.addresses, proxies)] : []),
    ...(config.certificate ? [certificateRule(config.certificate)] : []),
    ...(config.apiKey ? [keyRule(config.apiKey, context)] : []),
    ...(config.basic ? [basicRule(config.basic, context)] : []),
    ...(config.jwt ? [compileJwt(config.jwt, context)] : []),
  ];
  const confirm = config.hmac ? compileHmac(config.hmac, context) : () => undefined;

  async function admit(request: IncomingMessage): Promise<Allowed | Refused> {
    const address = addressOf(request, proxies);
    let allowed: Allowed = address === '' ? {} : { address };
    for (const rule of rules) {
      const answer = await rule(request);
      if (isRefused(answer)) return answer;
      allowed = { ...allowed, ...answer };
    }
    return allowed;
  }

  return { admit, confirm };
}

function addressRule(addresses: readonly string[], proxies: number): Rule {
  const list = new BlockList();
  for (const address of addresses) {
    const [network, bits] = address.split('/');
    const family = isIP(network!) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(network!, family);
    else list.addSubnet(network!, Number(bits), family);
  }
  return (request) => {
    const address = addressOf(request, proxies);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return isIP(address) !== 0 && list.check(address, family) ? {} : forbidden('This address may not call here.');
  };
}

/** What is nearer than our own proxies is not believed. An IPv4 address in the clothes of IPv6 is undressed. */
function addressOf({ socket, headers }: IncomingMessage, proxies: number): string {
  const told = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const chain = [...told.map((each) => each.trim()).filter(Boolean), socket.remoteAddress ?? ''];
  const address = chain[chain.length - 1 - proxies] ?? '';
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/^\[|\]$/g, '');
}

function keyRule(
  { header = defaults.header, keys }: NonNullable<AccessConfig['apiKey']>,
  { secret }: AdapterContext,
): Rule {
  const name = header.toLowerCase();
  const known = keys.map(({ caller, key }) => ({ caller, digest: digestOf(secret(key.secret)) }));
  return ({ headers }) => {
    const given = headers[name];
    const found = typeof given === 'string' ? matching(known, digestOf(given)) : undefined;
    return found ? { caller: found.caller } : unauthorised(`A valid ${header} is needed.`, 'ApiKey');
  };
}

function basicRule(users: NonNullable<AccessConfig['basic']>, { secret }: AdapterContext): Rule {
  const known = users.map(({ user, password }) => ({
    caller: user,
    digest: digestOf(`${user}:${secret(password.secret)}`),
  }));
  return ({ headers: { authorization = '' } }) => {
    const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization)?.[1];
    const found = encoded === undefined ? undefined : matching(known, digestOf(Buffer.from(encoded, 'base64')));
    if (found) return { caller: found.caller };
    return unauthorised('A valid user and password are needed.', 'Basic realm="bus", charset="UTF-8"');
  };
}

const digestOf = (text: string | Buffer) => createHash('sha256').update(text).digest();

/** Looks at all of them, so that the time it takes tells nothing. */
function matching<T extends { readonly digest: Buffer }>(known: readonly T[], digest: Buffer): T | undefined {
  return known.filter((each) => timingSafeEqual(each.digest, digest)).at(0);
}
