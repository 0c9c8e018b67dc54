/**
 * Makes a deployment the current one: its definition and all standing subscriptions in one commit, written by whoever owns the
 * right to deploy, so that two who deploy at once do not mix.
 */
import type { Clock } from '../contracts/clock.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { ownedName } from '../contracts/ownership.ts';
import { busError } from '../errors/bus-error.ts';
import { TENURE } from './ownership.ts';
import { isResponses, subscriptionsOf } from './subscriptions.ts';

/** How often (ms) the right is asked for, and for how long. One who died while deploying holds it for TENURE. */
const PAUSE = 100;
const PATIENCE = 3 * TENURE;

/** `holder`: this run of the host. Rejects with DEPLOYMENT_BUSY. */
export async function deploy(deployment: Deployment, holder: string, box: MessageBox, clock: Clock): Promise<void> {
  const owned = await takeTurn(holder, box, clock);
  try {
    const subscribe = subscriptionsOf(deployment);
    const wanted = new Set(subscribe.map(({ id }) => id));
    const standing = (await box.inspection.subscriptions()).filter(({ instance }) => instance === undefined);
    const gone = standing.filter((each) => !wanted.has(each.id) && !isResponses(each));
    const unsubscribe = gone.map(({ id }) => id);
    await box.commit({ now: clock.now(), owned, deploy: [deployment.definition], subscribe, unsubscribe });
  } finally {
    await box.disown(holder, [ownedName.deployment], clock.now());
  }
}

async function takeTurn(holder: string, box: MessageBox, clock: Clock) {
  const names = [ownedName.deployment];
  for (let waited = 0; waited <= PATIENCE; waited += PAUSE) {
    const now = clock.now();
    const owned = await box.own({ host: holder, names, now, until: now + TENURE });
    if (owned.length > 0) return owned;
    await clock.sleep(PAUSE);
  }
  throw busError('DEPLOYMENT_BUSY');
}
