/** What everything in one simulated run shares. */
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { UnderWay } from './observed-box.ts';
import type { OnFailure } from './solution.ts';
import type { Story } from './story.ts';
import type { WorldClock } from './world-clock.ts';

export interface World {
  readonly chance: Chance;
  readonly clock: WorldClock;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly story: Story;
  readonly onFailure: OnFailure;
  /** Calls of the store under way. */
  readonly underWay: UnderWay;
}
