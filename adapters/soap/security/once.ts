/** What a caller may say once only: the nonce of a token, a signature with its timestamp. */
import type { Instant } from '../../../runtime/contracts/clock.ts';
import type { ReplayCache } from '../../../runtime/contracts/replays.ts';
import type { Fault } from '../write-fault.ts';
import { SECURITY } from './names.ts';

export interface Once {
  readonly key: string;
  /** Later it would be refused for its age. */
  readonly until: Instant;
}

/** Whether all come for the first time. Rejects with BusError where that cannot be told at the moment. */
export async function isNew(cache: ReplayCache, all: readonly Once[]): Promise<boolean> {
  for (const { key, until } of all) if (!(await cache.first(key, until))) return false;
  return true;
}

/** The call was not kept: its sender may send the same again. */
export async function forgive(cache: ReplayCache, all: readonly Once[]): Promise<void> {
  for (const { key } of all) await cache.forget(key);
}

export const REPLAYED: Fault = {
  code: 'Client',
  reason: 'The message is refused: its nonce or its signature came before.',
  subcode: { uri: SECURITY, local: 'InvalidSecurity' },
};
