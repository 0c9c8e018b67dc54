/** Who asks the admin API: operators by the token of the bus, who may do everything, and people by tokens of their own, for the tasks of their roles. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { busError } from '../errors/bus-error.ts';

export interface AdminUser {
  readonly name: string;
  readonly token: string;
  readonly roles: readonly string[];
}

/** Undefined: an operator. */
export type Caller = AdminUser | undefined;

/** Shorter ones can be guessed. */
const SHORTEST = 16;

/** Throws BusError ADMIN_TOKEN_UNFIT where a token is short, or another's. */
export function checkTokens(operators: string, users: readonly AdminUser[]): void {
  const owners = new Map([[operators, 'operators']]);
  for (const { name, token } of users) {
    const owner = owners.get(token);
    const shared = owner !== undefined && `it is that of ${owner}, too`;
    const reason = token.length < SHORTEST ? `it has fewer than ${SHORTEST} characters` : shared;
    if (reason) throw busError('ADMIN_TOKEN_UNFIT', { name, reason });
    owners.set(token, name);
  }
}

/** Answers 401 where the token is nobody's; otherwise callerOf tells whose it is. */
export function authorised(operators: string, users: readonly AdminUser[]): RequestHandler {
  const known = [{ digest: digestOf(operators), caller: undefined }, ...users.map(knownBy)];
  return (request, response, next) => {
    const given = digestOf(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    // All are compared, so that time tells nothing.
    const [found] = known.filter(({ digest }) => timingSafeEqual(digest, given));
    if (!found) throw busError('ADMIN_DENIED');
    response.locals['caller'] = found.caller;
    next();
  };
}

const digestOf = (token: string) => createHash('sha256').update(token).digest();
const knownBy = (user: AdminUser) => ({ digest: digestOf(user.token), caller: user as Caller });

export const callerOf = (response: Response): Caller => response.locals['caller'] as Caller;

/** Only tasks are for people; all else is for operators. */
export function onlyOperators(request: Request, response: Response, next: () => void): void {
  const caller = callerOf(response);
  if (caller && !/^\/tasks(\/|$)/.test(request.path)) {
    throw busError('ADMIN_FORBIDDEN', { user: caller.name, roles: caller.roles.join(', ') || 'no roles' });
  }
  next();
}

/** Throws BusError TASK_FORBIDDEN. */
export function checkRole(caller: Caller, role: string): void {
  if (!caller || caller.roles.includes(role)) return;
  throw busError('TASK_FORBIDDEN', { user: caller.name, roles: caller.roles.join(', ') || 'none', role });
}
