/** Has the council-tax system drop a file now and then. What it dropped stands in that system's journal. */
import { pause } from '../../town/system.ts';
import type { Town } from '../../town/town.ts';
import type { Sender } from './sender.ts';

const LINES = 12;
const BETWEEN = 4000;

export function openTaxOffice(town: Town): Sender {
  let closing = false;
  let open = 1;

  async function work(): Promise<void> {
    while (!closing) {
      // While that system is down nobody drops anything.
      await town.control('council-tax', { drop: LINES }).catch(() => {});
      await pause(BETWEEN);
    }
    open -= 1;
  }

  void work();
  return {
    get open() {
      return open;
    },
    close: () => {
      closing = true;
    },
  };
}
