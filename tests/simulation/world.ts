/** What everything in one simulated run shares. */
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { UnderWay } from './observed-box.ts';
import type { Plan } from './plan.ts';
import type { Scene } from './scene.ts';
import type { Story } from './story.ts';
import type { WorldClock } from './world-clock.ts';

export interface World {
  readonly chance: Chance;
  readonly clock: WorldClock;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly story: Story;
  readonly scene: Scene;
  readonly plan: Plan;
  /** The version of the solution that hosts start with from now on, as it lies in their folder. */
  readonly folder: { version: number };
  /** Calls of the store under way. */
  readonly underWay: UnderWay;
}
