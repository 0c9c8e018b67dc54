/** Instances: revisions, order of deliveries, timers, suspension. */
import type { MessageBox } from '../../contracts/message-box.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import {
  awaited,
  type Check,
  done,
  instanceOf,
  MINUTE,
  mailFor,
  NOW,
  park,
  refused,
  retry,
  subjects,
  take,
} from './bench.ts';

const instance = instanceOf('i');
const { subscriber } = instance;
const next = (from: Instance, change: Partial<Instance> = {}) => ({ ...from, revision: from.revision + 1, ...change });

export async function started(box: MessageBox, ...more: readonly Instance[]): Promise<void> {
  const instances = [instance, ...more];
  await box.commit({ now: NOW, instances, subscribe: instances.map((entry) => awaited(entry)) });
}

export function instanceContract(check: Check): void {
  revisions(check);
  order(check);
  timers(check);
  suspension(check);
}

function revisions(check: Check): void {
  check('an instance is written at its next revision only', async (box) => {
    const stale = refused('INSTANCE_STALE');
    await expect(box.commit({ now: NOW, instances: [next(instance)] })).rejects.toEqual(stale);
    await box.commit({ now: NOW, instances: [instance] });
    await expect(box.commit({ now: NOW, instances: [instance] })).rejects.toEqual(stale);
    await box.commit({ now: NOW + 5, instances: [next(instance, { state: { step: 2 } })] });
    await expect(box.commit({ now: NOW, instances: [instanceOf('i', { revision: 4 })] })).rejects.toEqual(stale);
    expect(await box.inspection.instance('i')).toMatchObject({
      instance: { revision: 2, state: { step: 2 } },
      startedAt: NOW,
      changedAt: NOW + 5,
    });
  });

  check('of two steps at once one is refused', async (box) => {
    await box.commit({ now: NOW, instances: [instance] });
    const steps = ['x', 'y'].map((state) => box.commit({ now: NOW, instances: [next(instance, { state })] }));
    const outcomes = await Promise.allSettled(steps);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await box.inspection.instance('i'))!.instance.state).toBe('x');
  });

  check('one unit may take several steps of an instance', async (box) => {
    await box.commit({ now: NOW, instances: [instance, next(instance)] });
    expect((await box.inspection.instance('i'))!.instance.revision).toBe(2);
  });
}

function order(check: Check): void {
  check('the deliveries of an instance come one at a time, in order, with the instance', async (box) => {
    await started(box);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2')] });
    const [first, ...others] = await take(box, subscriber);
    expect(first).toMatchObject({ work: { message: { id: '1' } }, instance, subscription: 'i awaits' });
    expect(others).toEqual([]);
    expect(await take(box, subscriber)).toEqual([]);
    await box.commit({ now: NOW, settle: [done(first!)], instances: [next(instance)] });
    const [second] = await take(box, subscriber);
    expect(second).toMatchObject({ work: { message: { id: '2' } }, instance: { revision: 2 } });
  });

  check('instances do not wait for one another', async (box) => {
    const other = instanceOf('j');
    await started(box, other);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2'), mailFor(other, '3')] });
    expect(subjects(await take(box, subscriber))).toEqual(['1', '3']);
  });

  check('a delivery that is to be tried again holds up those behind it', async (box) => {
    await started(box);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2')] });
    const [first] = await take(box, subscriber);
    await box.commit({ now: NOW, settle: [retry(first!, NOW + MINUTE)] });
    expect(await take(box, subscriber)).toEqual([]);
    expect(subjects(await take(box, subscriber, NOW + MINUTE))).toEqual(['1']);
  });

  check('a suspended delivery lets those behind it go on', async (box) => {
    await started(box);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2')] });
    const [first] = await take(box, subscriber);
    await box.commit({ now: NOW, settle: [park(first!)] });
    expect(subjects(await take(box, subscriber))).toEqual(['2']);
  });

  check('a delivery whose lease ran out comes before those behind it', async (box) => {
    await started(box);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2')] });
    await take(box, subscriber);
    expect(subjects(await take(box, subscriber, NOW + MINUTE))).toEqual(['1']);
  });

  check('settling wakes the subscriber for what comes next', async (box) => {
    await started(box);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1'), mailFor(instance, '2')] });
    const [first] = await take(box, subscriber);
    const woken: string[] = [];
    box.onWakeup((name) => woken.push(name));
    await box.commit({ now: NOW, settle: [done(first!)] });
    await new Promise((resolve) => setImmediate(resolve));
    expect(woken).toEqual([subscriber]);
  });
}

function timers(check: Check): void {
  const timer = (id: string, at: number | 'cancelled', of = 'i') => ({ id, instance: of, at });

  check('a timer is work when it is due', async (box) => {
    await started(box);
    await box.commit({ now: NOW, timers: [timer('t', NOW + 100)] });
    expect((await box.inspection.instance('i'))!.timers).toEqual([{ id: 't', at: NOW + 100 }]);
    expect(await take(box, subscriber, NOW + 99)).toEqual([]);
    const [due] = await take(box, subscriber, NOW + 100);
    expect(due).toMatchObject({ work: { kind: 'timer', timer: 't' }, instance, subscription: undefined, attempt: 1 });
    await box.commit({ now: NOW + 100, settle: [done(due!)] });
    expect((await box.inspection.instance('i'))!.timers).toEqual([]);
    expect(await take(box, subscriber, NOW + 10 * MINUTE)).toEqual([]);
  });

  check('timers can be cancelled and replaced; those of other instances stay', async (box) => {
    await started(box, instanceOf('j'));
    await box.commit({ now: NOW, timers: [timer('t', NOW + 10), timer('u', NOW + 20), timer('t', NOW + 30, 'j')] });
    await box.commit({ now: NOW, timers: [timer('t', 'cancelled'), timer('u', NOW + 40), timer('x', 'cancelled')] });
    expect(subjects(await take(box, subscriber, NOW + 39))).toEqual(['timer t']);
    expect(subjects(await take(box, subscriber, NOW + 40))).toEqual(['timer u']);
  });

  check('a timer that is being worked on is lost to its worker when it is cancelled', async (box) => {
    await started(box);
    await box.commit({ now: NOW, timers: [timer('t', NOW)] });
    const [due] = await take(box, subscriber);
    await box.commit({ now: NOW, timers: [timer('t', 'cancelled')] });
    await expect(box.commit({ now: NOW, settle: [done(due!)] })).rejects.toEqual(refused('LEASE_LOST'));
  });

  check('timers and messages come in the order of their time, and a later timer holds nothing up', async (box) => {
    await started(box);
    await box.commit({ now: NOW, timers: [timer('soon', NOW + 10), timer('late', NOW + 5 * MINUTE)] });
    await box.commit({ now: NOW + 20, publish: [mailFor(instance, 'm')] });
    const seen: string[] = [];
    for (const at of [NOW + 20, NOW + 21, NOW + 22, NOW + 5 * MINUTE]) {
      for (const delivery of await take(box, subscriber, at)) {
        seen.push(...subjects([delivery]));
        await box.commit({ now: at, settle: [done(delivery)] });
      }
    }
    expect(seen).toEqual(['timer soon', 'm', 'timer late']);
  });

  check('a timer of an instance that does not exist is refused', async (box) => {
    await expect(box.commit({ now: NOW, timers: [timer('t', NOW)] })).rejects.toEqual(refused('NOT_FOUND'));
  });
}

function suspension(check: Check): void {
  const suspended = next(instance, { status: 'suspended' });

  check(
    'nothing is handed out while an instance is suspended; the signal comes first when it is resumed',
    async (box) => {
      await started(box);
      await box.commit({ now: NOW, publish: [mailFor(instance, '1')], timers: [{ id: 't', instance: 'i', at: NOW }] });
      await box.commit({ now: NOW, instances: [suspended], publish: [mailFor(instance, '2')] });
      expect(await take(box, subscriber, NOW + MINUTE)).toEqual([]);
      await box.commit({ now: NOW, operate: [{ kind: 'resume-instance', instance: 'i' }] });
      const [signal, ...others] = await take(box, subscriber);
      expect(signal).toMatchObject({ work: { kind: 'signal', signal: 'resumed' }, instance: { status: 'suspended' } });
      expect(others).toEqual([]);
      expect(await take(box, subscriber)).toEqual([]);
      await box.commit({ now: NOW, settle: [done(signal!)], instances: [next(suspended, { status: 'waiting' })] });
      expect(subjects(await take(box, subscriber))).toEqual(['timer t']);
    },
  );

  check('who works for an instance that another step suspends loses the lease', async (box) => {
    await started(box);
    await box.commit({ now: NOW, publish: [mailFor(instance, '1')] });
    const [delivery] = await take(box, subscriber);
    await box.commit({ now: NOW, instances: [suspended] });
    await expect(box.commit({ now: NOW, settle: [done(delivery!)] })).rejects.toEqual(refused('LEASE_LOST'));
    await box.commit({ now: NOW, instances: [next(suspended, { status: 'waiting' })] });
    expect((await take(box, subscriber))[0]).toMatchObject({ id: delivery!.id, attempt: 2 });
  });

  check('an instance that fails again while it is resumed stays suspended', async (box) => {
    await started(box);
    await box.commit({ now: NOW, instances: [suspended], publish: [mailFor(instance, '1')] });
    const resume = { now: NOW, operate: [{ kind: 'resume-instance' as const, instance: 'i' }] };
    await Promise.all([box.commit(resume), box.commit(resume)]);
    const [signal] = await take(box, subscriber);
    await box.commit({ now: NOW, settle: [done(signal!)], instances: [next(suspended)] });
    expect(await take(box, subscriber)).toEqual([]);
    await box.commit(resume);
    expect(subjects(await take(box, subscriber))).toEqual(['signal resumed']);
  });
}
