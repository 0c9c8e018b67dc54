/** Where a message goes through a dynamic send port: its address and options as the message decides them, if that is allowed. */
import type { BoundSendPort } from '../contracts/deployment.ts';
import type { DynamicPolicy } from '../contracts/dynamic.ts';
import type { Message } from '../contracts/message.ts';
import { busError } from '../errors/bus-error.ts';
import { normalAddress } from '../solution/allowed-address.ts';
import { isInside } from './guarded-lookup.ts';
import { nestedProperties } from './nested-properties.ts';

export interface Destination {
  /** The far end that may be down by itself: scheme, host and port of a URL; else the address. */
  readonly farEnd: string;
  /** Of the adapter. Equal for messages of equal address and options. */
  readonly config: Readonly<Record<string, unknown>>;
  /** No name may lead into our own networks. */
  readonly guarded: boolean;
}

/** Throws BusError ADDRESS_MISSING, ADDRESS_NOT_ALLOWED or what the expressions throw, all of kind `message`. */
export function destinationOf(port: BoundSendPort, policy: DynamicPolicy, { context }: Message): Destination {
  const values = nestedProperties(context);
  const given = policy.address.evaluate(values);
  if (given === null || given === '') throw busError('ADDRESS_MISSING', { port: port.name });
  const { address, guarded } = allowed(port.name, policy, String(given));
  const chosen = policy.options.flatMap(({ name, value, accepts }) => {
    const wanted = value.evaluate(values);
    if (wanted === null) return [];
    if (accepts(wanted)) return [[name, wanted] as const];
    const reason = `${JSON.stringify(wanted)} is no value of "${name}"`;
    throw busError('ADDRESS_NOT_ALLOWED', { port: port.name, address, reason });
  });
  const config = { ...(port.config as object), [policy.option]: address, ...Object.fromEntries(chosen) };
  return { farEnd: policy.kind === 'url' ? new URL(address).origin : address, config, guarded };
}

function allowed(port: string, { kind, allow }: DynamicPolicy, given: string): { address: string; guarded: boolean } {
  const refused = (reason: string) => busError('ADDRESS_NOT_ALLOWED', { port, address: given, reason });
  const address = normalAddress(kind, given);
  if (address === undefined)
    throw refused(kind === 'url' ? 'it is no http(s) URL, or holds a password' : 'it is no relative path without `..`');
  const taking = allow.filter((each) => each.takes(address));
  if (taking.length === 0) throw refused('no pattern of `dynamic.allow` takes it');
  const guarded = !taking.some(({ named }) => named);
  if (guarded && isInside(new URL(address).hostname)) throw refused('it is inside, and no pattern names its host');
  return { address, guarded };
}
