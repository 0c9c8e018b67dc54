/** A legacy system is killed, and comes back. */
import { pause } from '../../town/system.ts';
import type { Stage } from '../stage.ts';
import { between, type Fault } from './fault.ts';

const SYSTEMS = ['works', 'gazetteer', 'contact-centre', 'council-tax'] as const;

export function systemFaults({ town, front }: Stage): readonly Fault[] {
  return SYSTEMS.map((name) => ({
    name: `${name} killed`,
    part: name,
    run: async ({ chance, say, alone, othersGoOn }) => {
      const time = between(chance, 1, 6);
      say(`kill -9 of ${name} for ${time} ms`);
      await town.kill(name);
      try {
        if (alone) await othersGoOn(name);
        await pause(time);
      } finally {
        await town.revive(name);
        // It is told anew where to push its news.
        if (name === 'works') await town.control(name, { callback: `${front.url}/works-updates` });
      }
    },
  }));
}
