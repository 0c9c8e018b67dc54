/** A host's own name, which it alone may bear on its MessageBox. */
import type { Clock } from '../contracts/clock.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { type Owned, ownedName } from '../contracts/ownership.ts';
import { busError } from '../errors/bus-error.ts';
import { TENURE } from './ownership.ts';

const PAUSE = 250;

/**
 * Takes the name. One that died a moment ago still holds it: its time is waited for. Rejects with HOST_NAME_TAKEN when its
 * holder lives: when it renews meanwhile.
 */
export async function takeHostName(name: string, holder: string, box: MessageBox, clock: Clock): Promise<Owned> {
  let seen: number | undefined;
  for (;;) {
    const now = clock.now();
    const [owned] = await box.own({ host: holder, names: [ownedName.host(name)], now, until: now + TENURE });
    if (owned) return owned;
    const until = await heldUntil(name, box);
    if (seen !== undefined && until !== undefined && until > seen) throw busError('HOST_NAME_TAKEN', { name });
    seen = until ?? seen;
    await clock.sleep(PAUSE);
  }
}

async function heldUntil(name: string, box: MessageBox): Promise<number | undefined> {
  const found = (await box.owners()).find((owner) => owner.name === ownedName.host(name));
  return found?.host === undefined ? undefined : found.until;
}
