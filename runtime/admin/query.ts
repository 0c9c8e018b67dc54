/** Reads query parameters; anything but plain text is refused. */
import type { Request } from 'express';
import { busError } from '../errors/bus-error.ts';

export function textParameter(request: Request, name: string): string | undefined {
  const value = request.query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw busError('ADMIN_BAD_REQUEST', { reason: `${name} is given more than once` });
  return value;
}

export function limitParameter(request: Request, standard = 50, most = 1000): number {
  const text = textParameter(request, 'limit');
  if (text === undefined) return standard;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw busError('ADMIN_BAD_REQUEST', { reason: `limit must be a whole number from 1 to ${most}, not "${text}"` });
  }
  return limit;
}

/** The given values of the named parameters, absent ones left out. */
export function textParameters<N extends string>(request: Request, ...names: N[]): { [K in N]?: string } {
  const entries = names.map((name) => [name, textParameter(request, name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as { [K in N]?: string };
}
