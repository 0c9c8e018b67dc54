/** All that may be done to a stage, by the store and the disks that it has. */
import { diskFaults } from './fault-kinds/disks.ts';
import type { Fault } from './fault-kinds/fault.ts';
import { hostFaults } from './fault-kinds/hosts.ts';
import { linkFaults } from './fault-kinds/links.ts';
import { serverFaults } from './fault-kinds/servers.ts';
import { systemFaults } from './fault-kinds/systems.ts';
import type { Stage } from './stage.ts';

export function faultsFor(stage: Stage): readonly Fault[] {
  return [hostFaults, serverFaults, linkFaults, systemFaults, diskFaults].flatMap((kinds) => kinds(stage));
}
