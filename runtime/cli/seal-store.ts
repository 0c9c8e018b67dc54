/** Seals the MessageBox where config/bus.yaml says so, with the keys that its secrets hold. */
import type { Deployment } from '../contracts/deployment.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { sealKeysOf } from '../message-box/sealed/keys.ts';
import type { Rotate } from '../message-box/sealed/rotate.ts';
import { sealed } from '../message-box/sealed.ts';
import type { BusConfig } from '../solution/bus-config.ts';

export interface SealedStore {
  readonly box: MessageBox;
  /** Absent where nothing is sealed. */
  readonly rotate?: Rotate;
}

/** Rejects, with the box closed, with SECRET_MISSING or SEAL_KEY_INVALID. */
export async function sealStore(box: MessageBox, bus: BusConfig, { secret }: Deployment): Promise<SealedStore> {
  if (!bus.sealed) return { box };
  const { key, older } = bus.sealed;
  try {
    const sealedBox = sealed(box, sealKeysOf(key, older, secret));
    return { box: sealedBox, rotate: sealedBox.rotate };
  } catch (thrown) {
    await box.close();
    throw thrown;
  }
}
