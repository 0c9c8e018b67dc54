/**
 * What a step of an orchestration costs with ever more instances that wait, each with a subscription and a timer: a message
 * finds its instance by correlation, and the step settles it, advances the instance and sets its timer anew.
 */
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import type { Instance, Timer } from '../../runtime/contracts/orchestration.ts';
import type { Subscription } from '../../runtime/contracts/routing.ts';
import { type Curve, claimOne, WORKERS } from './curve.ts';
import { done, mail, taking } from './mail.ts';

const UNIT = 1000;
const FOUR_WEEKS = 28 * 86_400_000;
const WAITING = 'orchestration:waiting';

export const flatWaiting: Curve = {
  item: 'flat-waiting',
  sizes: [0, 1000, 10_000, 100_000, 1_000_000],
  prepare: (box) =>
    addInstances(
      box,
      Array.from({ length: WORKERS }, (_, worker) => own(worker)),
    ),
  async grow(box, from, to) {
    for (let size = from; size < to; size += UNIT) {
      const length = Math.min(UNIT, to - size);
      const instances = Array.from({ length }, (_, index) => instanceOf(`waiting-${size + index}`, WAITING));
      await addInstances(box, instances);
    }
  },
  async cycle(box, worker) {
    const { id, subscriber } = own(worker);
    await box.commit({ now: Date.now(), publish: [mail({ 'enquiry.number': id })] });
    const taken = await claimOne(box, subscriber);
    const instance = { ...taken.instance!, revision: taken.instance!.revision + 1 };
    await box.commit({ now: Date.now(), settle: [done(taken)], instances: [instance], timers: [timerOf(instance)] });
  },
};

/** Every worker steps an instance of its own, so that none waits for another. */
const own = (worker: number) => instanceOf(`own-${worker}`, `orchestration:worker-${worker}`);

async function addInstances(box: MessageBox, instances: readonly Instance[]): Promise<void> {
  const subscribe = instances.map(awaitingOf);
  await box.commit({ now: Date.now(), subscribe, instances, timers: instances.map(timerOf) });
}

function instanceOf(id: string, subscriber: string): Instance {
  return {
    id,
    program: 'process',
    version: 'v1',
    subscriber,
    interpreter: 1,
    status: 'waiting',
    revision: 1,
    late: 'park',
    messages: [],
    state: { step: 3, variables: { enquiry: id, street: 'High Street', attempts: 1 } },
  };
}

const awaitingOf = ({ id, subscriber }: Instance): Subscription => {
  return { ...taking(subscriber, { 'enquiry.number': id }), id: `${id} awaits`, instance: id };
};

const timerOf = ({ id }: Instance): Timer => ({ id: `${id} reminds`, instance: id, at: Date.now() + FOUR_WEEKS });
