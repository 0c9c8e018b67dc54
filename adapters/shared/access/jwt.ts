/** Bearer tokens: JSON Web Tokens that an identity provider has signed. */
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { JWT_ALGORITHMS, type JwtConfig } from './config.ts';
import { forbidden, type Rule, unauthorised } from './verdict.ts';

/** Clocks of two machines may differ by so many seconds. */
const TOLERANCE = 30;

type Verify = (token: string, now: Date) => Promise<JWTPayload>;

export function compileJwt(config: JwtConfig, context: AdapterContext): Rule {
  const verify = compileVerify(config, context);
  const claims = Object.entries(config.claims ?? {});
  return async ({ headers: { authorization = '' } }) => {
    const token = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization)?.[1];
    if (token === undefined) return unauthorised('A bearer token is needed.', 'Bearer');
    try {
      const payload = await verify(token, new Date(context.clock.now()));
      const missing = claims.find(([name, wanted]) => !hasClaim(payload[name], wanted));
      if (missing) return forbidden(`The token does not have ${missing[0]} ${missing[1]}.`);
      return payload.sub === undefined ? {} : { caller: payload.sub };
    } catch (thrown) {
      if (isOfToken(thrown)) return unauthorised('The token is not valid.', 'Bearer error="invalid_token"');
      // The keys could not be had: nothing is wrong with the caller.
      const reason = 'Whether the token is valid cannot be told now.';
      return { status: 503, code: 'ACCESS_UNDECIDED', reason, headers: { 'Retry-After': '5' } };
    }
  };
}

function compileVerify({ keys, issuer, audience, algorithms }: JwtConfig, { secret }: AdapterContext): Verify {
  const options = {
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
    algorithms: [...(algorithms ?? JWT_ALGORITHMS)],
    clockTolerance: TOLERANCE,
    requiredClaims: ['exp'],
  };
  if (typeof keys === 'string') {
    const remote = createRemoteJWKSet(new URL(keys), { timeoutDuration: 5000 });
    return async (token, currentDate) => (await jwtVerify(token, remote, { ...options, currentDate })).payload;
  }
  const text = secret(keys.secret);
  if (text.trimStart().startsWith('{')) {
    const local = createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
    return async (token, currentDate) => (await jwtVerify(token, local, { ...options, currentDate })).payload;
  }
  const shared = new TextEncoder().encode(text);
  const symmetric = { ...options, algorithms: ['HS256'] };
  return async (token, currentDate) => (await jwtVerify(token, shared, { ...symmetric, currentDate })).payload;
}

function isOfToken(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JOSEError &&
    !(thrown instanceof errors.JWKSTimeout) &&
    !(thrown instanceof errors.JWKSInvalid) &&
    thrown.code !== 'ERR_JOSE_GENERIC'
  );
}

/** `scope: "a b"` has b, and so has a list that holds it. */
function hasClaim(value: unknown, wanted: string): boolean {
  if (typeof value === 'string') return value === wanted || value.split(' ').includes(wanted);
  return Array.isArray(value) ? value.includes(wanted) : value !== undefined && String(value) === wanted;
}
