/** A steady load of all channels: as many reports a second as told, and files and surveys beside them. */
import { plan } from './plan-load.ts';
import { openMobileApp } from './senders/mobile-app.ts';
import { openPortal } from './senders/portal.ts';
import type { Sender } from './senders/sender.ts';
import { openTaxOffice } from './senders/tax-office.ts';
import { sendVolunteers } from './senders/volunteers.ts';
import type { Sent } from './sent.ts';
import type { Stage } from './stage.ts';

export interface Load extends Sender {
  end(): Promise<void>;
}

export function startLoad({ front, broker, town }: Stage, seed: number, perSecond: number, sent: Sent): Load {
  const portal = openPortal(front.url, sent);
  const app = openMobileApp(broker.server.url, broker.queue, sent);
  const senders: readonly Sender[] = [portal, app, openTaxOffice(town), sendVolunteers(front.url, sent)];
  let number = 0;
  const timer = setInterval(() => {
    const planned = plan(seed, number + 1);
    const taken = planned.report.channel === 'portal' ? portal.post(planned) : app.publish(planned);
    if (taken) number += 1;
  }, 1000 / perSecond);
  return {
    get open() {
      return senders.reduce((sum, sender) => sum + sender.open, 0);
    },
    close: () => {
      clearInterval(timer);
      for (const sender of senders) sender.close();
    },
    end: app.end,
  };
}
