/** Who owns a name: taken when nobody holds it, kept by renewing, and fenced, so that an owner of yesterday writes nothing. */
import type { Instant } from '../contracts/clock.ts';
import { type Own, type Owned, type Owner, WAKEUP } from '../contracts/ownership.ts';
import { busError } from '../errors/bus-error.ts';
import type { Store } from './store.ts';
import type { OwnerRow } from './tables.ts';

/** Those that are now held; what another holds is left out. */
export function own({ host, names, now, until }: Own, { tables }: Pick<Store, 'tables'>): Owned[] {
  return names.flatMap((name) => {
    const row = tables.owner(name);
    const mine = row?.host === host;
    if (row && !mine && row.host !== null && row.until > now) return [];
    const next = mine
      ? { ...row, until: Math.max(row.until, until) }
      : { name, host, fence: (row?.fence ?? 0) + 1, since: now, until };
    tables.putOwner(next);
    return [{ name, fence: next.fence }];
  });
}

/** What another holds by now stays with that one. */
export function disown(host: string, names: readonly string[], now: Instant, { tables, woken }: DisownStore): void {
  for (const name of names) {
    const row = tables.owner(name);
    if (row?.host !== host) continue;
    tables.putOwner({ ...row, host: null, since: now, until: now });
    woken.add(WAKEUP.ownership);
  }
}

type DisownStore = Pick<Store, 'tables' | 'woken'>;

/** Throws BusError OWNERSHIP_LOST. Time does not count here: until another takes the name, its last owner may write. */
export function checkOwned(owned: readonly Owned[], { tables }: Pick<Store, 'tables'>): void {
  for (const { name, fence } of owned) {
    const row = tables.owner(name);
    if (row?.fence !== fence || row.host === null) throw busError('OWNERSHIP_LOST', { name });
  }
}

export const toOwner = ({ host, ...row }: OwnerRow): Owner => ({ ...row, host: host ?? undefined });
