/**
 * A MessageBox as a host sees it across an unreliable machine: its process may crash before or after any commit and
 * claim, the store may refuse, take long, or do its work without the caller ever learning of it; wake-ups and deliveries
 * handed over come late, twice or never. It breaks no promise that the contract makes.
 */
import type { Delivery, MessageBox, Reaction, Taker, Unit } from '../../runtime/contracts/message-box.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { describeUnit, shortDelivery, subjectOf } from './describe.ts';
import type { Fault, Place } from './faults.ts';
import { inspectionThrough, type Through } from './inspection-through.ts';
import { clockOf, type Life, never, withinLife } from './life.ts';
import type { World } from './world.ts';

/** How many commits of a hundred take a few milliseconds, which shifts who comes first. */
const SLOWED = 0.3;
const LATENCY = 8;
/** How many deliveries of a hundred are handed over that could have been reacted to. */
const HANDED = 0.25;

export function faulty(inner: MessageBox, life: Life, world: World): MessageBox {
  const { faults, story, ledger, chance } = world;
  const clock = clockOf(life, world.clock);
  const failed = (what: string) => busError('STORE_FAILED', { reason: `the simulated disk ${what}` });
  let commits = 0;
  let reactions = 0;

  function strike(place: Place, name: string): Fault | undefined {
    const fault = life.alive ? faults.strike(place, `${life.label} ${name}`) : undefined;
    if (fault && !fault.kind.startsWith('crash')) {
      story.tell(life.label, () => `! ${name}: ${fault.kind}${fault.ms > 0 ? ` ${fault.ms} ms` : ''}`);
    }
    return fault;
  }

  /** Does `call` under the fault that strikes there. */
  async function under<T>(name: string, fault: Fault | undefined, call: () => Promise<T>): Promise<T> {
    if (!life.alive) return never;
    if (fault?.kind === 'crash-before') life.crash(`before ${name}`);
    if (!life.alive) return never;
    if (fault?.kind === 'refused') throw failed('refused');
    if (fault && fault.ms > 0) await clock.sleep(fault.ms);
    const result = await withinLife(life, call());
    if (fault?.kind === 'crash-after') life.crash(`after ${name}`);
    if (!life.alive) return never;
    if (fault?.kind === 'unknown') throw failed('was cut off before it answered');
    return result;
  }

  async function commit(unit: Unit) {
    const name = `commit ${subjectOf(unit, ledger)}`;
    const fault = strike('commit', name);
    commits += 1;
    const luck = chance(`${life.label} latency ${commits}`);
    if (luck < SLOWED && life.alive) await clock.sleep(Math.ceil((luck / SLOWED) * LATENCY));
    return under(name, fault, async () => {
      const receipt = await inner.commit(unit).catch((thrown: unknown) => {
        story.tell(life.label, () => `${name} was refused: ${(thrown as Error).message}`);
        throw thrown;
      });
      story.tell(life.label, () => `committed ${describeUnit(unit, receipt, ledger)}`);
      return receipt;
    });
  }

  async function claim(request: Parameters<MessageBox['claim']>[0]): Promise<readonly Delivery[]> {
    const name = `claim ${request.subscriber}`;
    const taken = await under(name, strike('claim', name), () => inner.claim(request));
    if (taken.length > 0) {
      story.tell(life.label, () => `claimed for ${request.subscriber}: ${taken.map(shortDelivery).join(', ')}`);
    }
    return taken;
  }

  function onWakeup(listener: (subscriber: string) => void): () => void {
    const heard = (subscriber: string) => life.reach(() => listener(subscriber));
    return inner.onWakeup((subscriber) => {
      const fault = life.alive ? faults.strike('wake', `${life.label} wake ${subscriber}`) : undefined;
      if (fault?.kind === 'missed') return;
      if (fault?.kind === 'late') clock.schedule(fault.ms, () => heard(subscriber));
      else heard(subscriber);
      if (fault?.kind === 'doubled') heard(subscriber);
    });
  }

  function handOver(subscriber: string, taker: Taker): () => void {
    return inner.handOver(subscriber, {
      lease: taker.lease,
      reserve: () => life.alive && !life.frozen && taker.reserve(),
      release: () => life.reach(() => taker.release()),
      take: (delivery) => {
        const name = `take ${subscriber}`;
        const fault = strike('take', name);
        if (fault?.kind === 'crash-before') life.crash(`before ${name}`);
        if (!life.alive) return;
        story.tell(life.label, () => `was handed ${shortDelivery(delivery)} for ${subscriber}`);
        if (fault?.kind === 'late') clock.schedule(fault.ms, () => taker.take(delivery));
        else life.reach(() => taker.take(delivery));
      },
      react: (delivery, read) => {
        reactions += 1;
        if (!life.alive || life.frozen || chance(`${life.label} reaction ${reactions}`) < HANDED) return undefined;
        const reaction = taker.react?.(delivery, read);
        return reaction && told(reaction);
      },
    });
  }

  function told({ unit, done }: Reaction): Reaction {
    return {
      unit,
      done: (receipt) => {
        story.tell(life.label, () => `wrote with it ${describeUnit(unit, receipt, ledger)}`);
        life.reach(() => done?.(receipt));
      },
    };
  }

  const reading: Through = (name, call) => under(name, strike('read', name), call);

  return {
    commit,
    claim,
    handOver,
    onWakeup,
    own: (request) => under('own', strike('own', 'own'), () => inner.own(request)),
    disown: (host, names, now) => under('disown', strike('own', 'disown'), () => inner.disown(host, names, now)),
    owners: () => reading('owners', () => inner.owners()),
    deployed: () => reading('deployed', () => inner.deployed()),
    extend: (leases, until) => under('extend', undefined, () => inner.extend(leases, until)),
    read: (ids) => reading('read', () => inner.read(ids)),
    definition: (hash) => reading('definition', () => inner.definition(hash)),
    purge: (request) => under('purge', undefined, () => inner.purge(request)),
    inspection: inspectionThrough(inner.inspection, reading),
    close: async () => {},
  };
}
